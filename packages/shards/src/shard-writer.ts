import { SafeFile } from '@ganymede/files';
import { crc32 } from 'node:zlib';
import { RowsBuilder, type ShardRows } from './shard-rows.js';
import { blockBytes, paddedBytes, tarHeader } from './tar-header.js';

/** An image to write, and its class. */
export interface ShardImage {
  readonly key: string;
  readonly extension: string;
  readonly bytes: Uint8Array;
  readonly label: number;
  /** As it is seen, turned as EXIF says. */
  readonly width: number;
  readonly height: number;
}

const endBytes = 2 * blockBytes;
const pieceBytes = 4 << 20;

/** Bytes that an image takes in a shard with its label. */
export function bytesInShard({ bytes }: ShardImage): number {
  return paddedBytes(bytes.length) + 3 * blockBytes;
}

/** Writes one tar of samples, `<key>.<extension>` and `<key>.cls`; it is there with `finish`, or not at all. */
export class ShardWriter {
  private readonly rows = new RowsBuilder();
  private pending: Uint8Array[] = [];
  private pendingBytes = 0;
  private written = 0;

  private constructor(private readonly file: SafeFile) {}

  /** @throws DISK_FULL, CANNOT_WRITE, here and from the other methods */
  static async create(folder: string): Promise<ShardWriter> {
    return new ShardWriter(await SafeFile.create(folder));
  }

  /** Bytes that the shard would have if it ended now. */
  get bytes(): number {
    return this.written + this.pendingBytes + endBytes;
  }

  get images(): number {
    return this.rows.images;
  }

  async add({ key, extension, bytes, label, width, height }: ShardImage): Promise<void> {
    await this.member(`${key}.${extension}`, bytes, (offset) => {
      this.rows.add({ offset, length: bytes.length, label, crc: crc32(bytes), width, height });
    });
    await this.member(`${key}.cls`, Buffer.from(String(label)));
  }

  /** Ends the shard. @returns its rows */
  async finish(path: string): Promise<ShardRows> {
    this.push(Buffer.alloc(endBytes));
    await this.flush();
    const written = await this.file.finish();
    await this.file.commit(path);
    return this.rows.build({ bytes: written.size, sha256: written.sha256 });
  }

  async abandon(): Promise<void> {
    await this.file.abandon();
  }

  private async member(
    name: string,
    content: Uint8Array,
    at: (offset: number) => void = () => undefined,
  ): Promise<void> {
    this.push(tarHeader(name, content.length));
    at(this.written + this.pendingBytes);
    this.push(content);
    this.push(Buffer.alloc(paddedBytes(content.length) - content.length));
    if (this.pendingBytes >= pieceBytes) await this.flush();
  }

  private push(bytes: Uint8Array): void {
    this.pending.push(bytes);
    this.pendingBytes += bytes.length;
  }

  private async flush(): Promise<void> {
    const bytes = Buffer.concat(this.pending, this.pendingBytes);
    this.written += this.pendingBytes;
    this.pending = [];
    this.pendingBytes = 0;
    await this.file.write(bytes);
  }
}
