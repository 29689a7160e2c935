import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolderSync } from './disk.js';
import { writingError } from './writing-errors.js';

const newline = 0x0a;

/**
 * A file that grows by whole records, for logs: each is one write, and where the disk is full the file ends with the
 * last whole record. A kill can cut the last one; who appends lines cuts it off when the file is opened again.
 */
export class AppendFile {
  private constructor(
    readonly path: string,
    private readonly file: number,
  ) {}

  /**
   * Opens for appending; creates the file and its folder.
   * @param lines - a record is a line: what follows the last line's end is cut off
   * @throws CANNOT_WRITE, DISK_FULL
   */
  static open(path: string, { lines }: { readonly lines: boolean }): AppendFile {
    try {
      makeFolderSync(dirname(path));
      const file = openSync(path, lines ? 'a+' : 'a');
      if (lines) cutUnfinishedLine(file);
      return new AppendFile(path, file);
    } catch (error) {
      throw writingError(error, path);
    }
  }

  get size(): number {
    return fstatSync(this.file).size;
  }

  /** Cuts off what follows so many bytes, which a full disk allows. @throws CANNOT_WRITE */
  shorten(size: number): void {
    try {
      ftruncateSync(this.file, size);
    } catch (error) {
      throw writingError(error, this.path);
    }
  }

  /** @throws DISK_FULL, CANNOT_WRITE, after which the file ends as before */
  append(record: string | Uint8Array): void {
    const bytes = typeof record === 'string' ? new TextEncoder().encode(record) : record;
    const before = this.size;
    try {
      let done = 0;
      while (done < bytes.byteLength) done += writeSync(this.file, bytes, done);
    } catch (error) {
      ftruncateSync(this.file, before);
      throw writingError(error, this.path);
    }
  }

  close(): void {
    closeSync(this.file);
  }
}

/** Leaves the file with the end of its last whole line. */
function cutUnfinishedLine(file: number): void {
  const { size } = fstatSync(file);
  const piece = Buffer.alloc(64 * 1024);
  for (let end = size; end > 0;) {
    const begin = Math.max(0, end - piece.byteLength);
    const read = readSync(file, piece, 0, end - begin, begin);
    const at = piece.subarray(0, read).lastIndexOf(newline);
    if (at >= 0) {
      if (begin + at + 1 < size) ftruncateSync(file, begin + at + 1);
      return;
    }
    end = begin;
  }
  if (size > 0) ftruncateSync(file, 0);
}
