import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { arch, cpus } from 'node:os';
import { join } from 'node:path';

const sha256 = (...parts: readonly (string | Uint8Array)[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) {
    const bytes = Buffer.from(part as Uint8Array);
    // The length keeps two parts from running into one another.
    hash.update(`${bytes.length}:`).update(bytes);
  }
  return hash.digest();
};

/**
 * Executables on disk: compiled once, loaded in later processes. An entry belongs to a build of a plugin, to the kind of
 * its devices, to this machine's processor (a program has a part that runs there), to options and to the module.
 */
export class ExecutableCache {
  constructor(readonly folder: string) {}

  /** Null if there is none, or if it is damaged. */
  async read(key: readonly (string | Uint8Array)[]): Promise<Uint8Array | null> {
    try {
      const all = await readFile(this.fileOf(key));
      const [digest, bytes] = [all.subarray(0, 32), all.subarray(32)];
      return digest.equals(sha256(bytes)) ? bytes : null;
    } catch {
      return null;
    }
  }

  /** Writes an entry whole or not at all. A folder that cannot be written to is no error: the program is there. */
  async write(key: readonly (string | Uint8Array)[], bytes: Uint8Array): Promise<void> {
    const file = this.fileOf(key);
    const temporary = `${file}.${randomUUID()}`;
    try {
      await mkdir(this.folder, { recursive: true });
      await writeFile(temporary, Buffer.concat([sha256(bytes), bytes]));
      await rename(temporary, file);
    } catch {
      await rm(temporary, { force: true }).catch(() => undefined);
    }
  }

  private fileOf(key: readonly (string | Uint8Array)[]): string {
    const machine = `${arch()} ${cpus()[0]?.model ?? ''}`;
    return join(this.folder, `${sha256(machine, ...key).toString('hex')}.pjrt`);
  }
}
