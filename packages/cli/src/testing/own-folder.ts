import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * The tests of a file stand in a new folder, which is removed after them. To be called before the file's own `beforeAll`.
 * @param cache - whether what the program caches lies in it too: not where it needs an engine that was installed
 */
export function ownFolder(name: string, { cache = false }: { readonly cache?: boolean } = {}): void {
  const folder = mkdtempSync(join(tmpdir(), `ganymede-cli-${name}-`));
  const before = process.cwd();
  const cacheBefore = process.env['XDG_CACHE_HOME'];
  beforeAll(() => {
    process.chdir(folder);
    if (cache) process.env['XDG_CACHE_HOME'] = join(folder, 'cache');
  });
  afterAll(() => {
    process.chdir(before);
    if (cacheBefore === undefined) delete process.env['XDG_CACHE_HOME'];
    else process.env['XDG_CACHE_HOME'] = cacheBefore;
    rmSync(folder, { recursive: true, force: true });
  });
}
