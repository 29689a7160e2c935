import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { writeFileSafely } from './write-file.js';

const kind = 'ganymede hashes 1';

type Entries = Map<string, { readonly stamp: string; readonly hash: string }>;

const checksum = (text: string): string => createHash('sha256').update(text).digest('hex');

function parse(text: string): Entries {
  const entries: Entries = new Map();
  const end = text.indexOf('\n');
  const body = text.slice(end + 1);
  // A line that was damaged could give another file's hash.
  if (end < 0 || text.slice(0, end) !== `${kind} ${checksum(body)}`) return entries;
  for (const line of body.split('\n')) {
    const [hash, stamp, name] = line.split('\t');
    if (hash && stamp && name) entries.set(JSON.parse(name) as string, { stamp, hash });
  }
  return entries;
}

/**
 * Hashes of a folder's files that were found before, in `hashes/<hash of the root>.tsv` of the cache: a line with their
 * checksum, then one for each with hash, stamp and path. What cannot be read or written costs time and nothing else, so
 * it is passed over.
 */
export class HashMemory {
  private changed = false;

  private constructor(
    private readonly file: string,
    private readonly root: string,
    private readonly entries: Entries,
  ) {}

  /** @param root - what paths are kept relative to: a folder, or the only file */
  static async open(cacheFolder: string, root: string): Promise<HashMemory> {
    const file = join(cacheFolder, 'hashes', `${checksum(JSON.stringify(root)).slice(0, 32)}.tsv`);
    return new HashMemory(file, root, parse(await readFile(file, 'utf8').catch(() => '')));
  }

  get(path: string, stamp: string): string | undefined {
    const entry = this.entries.get(this.nameOf(path));
    return entry?.stamp === stamp ? entry.hash : undefined;
  }

  set(path: string, stamp: string, hash: string): void {
    this.entries.set(this.nameOf(path), { stamp, hash });
    this.changed = true;
  }

  private nameOf(path: string): string {
    return relative(this.root, path);
  }

  /** Keeps what is known of these paths and forgets the rest. */
  async save(paths: readonly string[]): Promise<void> {
    const names = new Set(paths.map((path) => this.nameOf(path)));
    const kept = [...this.entries].filter(([name]) => names.has(name));
    if (!this.changed && kept.length === this.entries.size) return;
    // Names are quoted, for one may hold a tab or a line's end.
    const body = kept
      .map(([name, { stamp, hash }]) => `${hash}\t${stamp}\t${JSON.stringify(name)}\n`)
      .join('');
    await writeFileSafely(this.file, `${kind} ${checksum(body)}\n${body}`).catch(() => undefined);
  }
}
