import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { PassThrough, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';
import { Unzip, type UnzipDecoder } from 'fflate';
import { wheelCorrupt, wheelIncomplete } from './errors.js';
import type { Keep } from './wheel-pin.js';

const chunkBytes = 1 << 20;

/** @throws WHEEL_CORRUPT if the file's SHA-256 is another than expected */
export async function verifyWheel(
  file: string,
  sha256: string,
  onBytes?: (bytes: number) => void,
): Promise<void> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: chunkBytes })) {
    hash.update(chunk as Buffer);
    onBytes?.((bytes += (chunk as Buffer).length));
  }
  const got = hash.digest('hex');
  if (got !== sha256) {
    throw wheelCorrupt(basename(file), sha256, got);
  }
}

/** Leaves the data as they are: zlib inflates them afterwards, four times as fast as JavaScript. */
class StillDeflated implements UnzipDecoder {
  static readonly compression = 8;
  declare ondata: UnzipDecoder['ondata'];

  push(data: Uint8Array, final: boolean): void {
    this.ondata(null, data as Uint8Array<ArrayBuffer>, final);
  }
}

interface Piece {
  /** Path below the folder. */
  readonly target: string;
  readonly deflated: boolean;
  readonly data: Uint8Array;
  readonly final: boolean;
}

interface Output {
  readonly input: Transform;
  readonly written: Promise<void>;
}

/**
 * Extracts some files of a wheel without holding one in memory, and flushes them to disk.
 * @param keep - which members, and where in `folder` they go
 * @param required - targets that must come; when they have, the rest is not read. Empty: all that `keep` takes, but
 *   at least one
 * @param onBytes - bytes written so far
 * @throws WHEEL_INCOMPLETE if the archive lacks one of them or ends within one
 */
export async function extractMembers(
  file: string,
  keep: Keep,
  folder: string,
  required: readonly string[],
  onBytes?: (bytes: number) => void,
): Promise<void> {
  const arrived: Piece[] = [];
  const archive = new Unzip((entry) => {
    const target = keep(entry.name);
    if (target === undefined) return;
    const deflated = entry.compression === StillDeflated.compression;
    entry.ondata = (error, data, final) => {
      if (error) throw error;
      arrived.push({ target, deflated, data: data.slice(), final });
    };
    entry.start();
  });
  archive.register(StillDeflated);

  const outputs = new Map<string, Output>();
  const missing = new Set(required);
  let extracted = 0;
  let bytes = 0;
  const begin = async ({ target, deflated }: Piece): Promise<Output> => {
    const path = join(folder, target);
    await mkdir(dirname(path), { recursive: true });
    const input = deflated ? createInflateRaw({ chunkSize: chunkBytes }) : new PassThrough();
    if (onBytes) input.on('data', (data: Buffer) => onBytes((bytes += data.length)));
    // What lies in a folder of programs is run.
    const mode = basename(dirname(target)) === 'bin' ? 0o755 : 0o644;
    const written = pipeline(input, createWriteStream(path, { flush: true, mode }));
    // The loop below learns of a failure when it writes or waits next.
    written.catch(() => undefined);
    return { input, written };
  };
  const writeArrived = async (): Promise<void> => {
    for (const piece of arrived.splice(0)) {
      const output = outputs.get(piece.target) ?? (await begin(piece));
      outputs.set(piece.target, output);
      if (piece.data.length > 0 && !output.input.write(piece.data)) {
        await Promise.race([once(output.input, 'drain'), output.written]);
      }
      if (piece.final) {
        output.input.end();
        await output.written;
        missing.delete(piece.target);
        extracted++;
      }
    }
  };

  try {
    for await (const chunk of createReadStream(file, { highWaterMark: chunkBytes })) {
      archive.push(chunk as Buffer);
      await writeArrived();
      if (required.length > 0 && missing.size === 0) return;
    }
    if (required.length === 0 && extracted > 0) return;
    throw wheelIncomplete(basename(file), [...missing].join(', ') || 'libraries');
  } finally {
    for (const { input } of outputs.values()) input.destroy();
  }
}
