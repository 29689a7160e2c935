import { describeContent, openFile, writeFileSafely, type WrittenFile } from '@ganymede/files';
import { GanymedeError, recordOf } from '@ganymede/core';
import type { FileHandle } from 'node:fs/promises';
import {
  type HostTensor,
  type HostTensors,
  headerLength,
  parseSafetensorsHeader,
  safetensorsDamaged,
  type SafetensorsContent,
  type SafetensorsEntry,
  type SafetensorsHeader,
  decodeTensor,
  safetensorsChunks,
} from '@ganymede/safetensors';
import { readBytes } from '@ganymede/files';
import { DataChecksum, withChecksum } from './safetensors-checksum.js';

/** Names what a file is instead, where its beginning tells. */
async function expectTensors(path: string, handle: FileHandle): Promise<void> {
  const { size } = await handle.stat();
  const content = describeContent(await readBytes(handle, 0, Math.min(512, size)));
  if (content !== null) throw safetensorsDamaged(path, 'a safetensors file', content);
}

/** An open file: its header is read and checked, tensors are read when asked for. */
export class SafetensorsFile {
  private constructor(
    readonly path: string,
    private readonly handle: FileHandle,
    private readonly header: SafetensorsHeader,
  ) {}

  /** @throws SAFETENSORS_DAMAGED, SAFETENSORS_UNSUPPORTED, FILE_NOT_FOUND, CANNOT_READ */
  static async open(path: string): Promise<SafetensorsFile> {
    const handle = await openFile(path);
    try {
      const { size } = await handle.stat();
      await expectTensors(path, handle);
      const length = headerLength(path, await readWhole(handle, path, 0, Math.min(8, size)), size);
      const json = await readWhole(handle, path, 8, 8 + length);
      return new SafetensorsFile(path, handle, parseSafetensorsHeader(path, json, size));
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  get names(): readonly string[] {
    return [...this.header.entries.keys()];
  }

  get metadata(): Readonly<Record<string, string>> {
    return this.header.metadata;
  }

  /** dtype as stored, shape and place of a tensor; undefined if the file has none of that name. */
  entry(name: string): SafetensorsEntry | undefined {
    return this.header.entries.get(name);
  }

  /** @throws TENSOR_NOT_FOUND, SAFETENSORS_DAMAGED if the file shrank meanwhile */
  async read(name: string): Promise<HostTensor> {
    const entry = this.header.entries.get(name);
    if (!entry) {
      throw new GanymedeError(
        'TENSOR_NOT_FOUND',
        `${this.path}: expected a tensor ${name}, got ${this.header.entries.size} others`,
        { kind: 'data' },
      );
    }
    return decodeTensor(entry, await this.bytesOf(name, entry));
  }

  /** All tensors, compared with the checksum of the header where there is one. @throws SAFETENSORS_DAMAGED */
  async readAll(): Promise<Record<string, HostTensor>> {
    const { entries, metadata } = this.header;
    const checksum = new DataChecksum();
    const tensors = new Map<string, HostTensor>();
    for (const [name, entry] of [...entries].sort(([, a], [, b]) => a.begin - b.begin)) {
      const bytes = await this.bytesOf(name, entry);
      checksum.add(bytes);
      tensors.set(name, decodeTensor(entry, bytes));
    }
    checksum.expect(this.path, metadata);
    return recordOf([...entries.keys()].map((name) => [name, tensors.get(name)!] as const));
  }

  private bytesOf(name: string, { begin, end }: SafetensorsEntry): Promise<Uint8Array> {
    return readWhole(this.handle, `${this.path}: tensor ${name}`, begin, end);
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}

/** Reads every tensor of a file. @throws as `SafetensorsFile.open` */
export async function readSafetensors(path: string): Promise<Record<string, HostTensor>> {
  return (await readSafetensorsContent(path)).tensors;
}

/** Reads a whole file. @throws as `SafetensorsFile.open` */
export async function readSafetensorsContent(path: string): Promise<SafetensorsContent> {
  const file = await SafetensorsFile.open(path);
  try {
    return { tensors: await file.readAll(), metadata: file.metadata };
  } finally {
    await file.close();
  }
}

/** Writes a file by `writeFileSafely`, with a checksum of its tensors. @throws BAD_TENSOR, DISK_FULL, CANNOT_WRITE */
export async function writeSafetensors(
  path: string,
  tensors: HostTensors,
  metadata: Readonly<Record<string, string>> = {},
): Promise<WrittenFile> {
  return writeFileSafely(path, safetensorsChunks(tensors, withChecksum(tensors, metadata)));
}

async function readWhole(handle: FileHandle, where: string, begin: number, end: number): Promise<Uint8Array> {
  const bytes = await readBytes(handle, begin, end);
  if (bytes.byteLength !== end - begin)
    throw safetensorsDamaged(where, `${end - begin} bytes`, `${bytes.byteLength} before the file's end`);
  return bytes;
}
