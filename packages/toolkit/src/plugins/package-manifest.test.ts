import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPackageManifest } from './package-manifest.js';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'manifest-'))));
afterEach(() => rm(folder, { recursive: true }));

test('a version that is no text is none, and does not hide the entry', async () => {
  await writeFile(join(folder, 'package.json'), '{"version": 3, "main": "a.js", "exports": {".": "./b.js"}}');
  const { version, main, exports } = readPackageManifest(folder);
  expect({ version, main, exports }).toEqual({
    version: undefined,
    main: 'a.js',
    exports: { '.': './b.js' },
  });
});

test('a package may have no entries, as older ones, and no dependencies', async () => {
  await writeFile(join(folder, 'package.json'), '{"name": "old", "version": "1.2.3", "main": "a.js"}');
  expect(readPackageManifest(folder)).toEqual({
    name: 'old',
    version: '1.2.3',
    main: 'a.js',
    dependencies: {},
    peerDependencies: {},
  });
});

test.each(['{"main":', '[]', 'null'])('%s is no manifest, and the error names the file', async (text) => {
  const path = join(folder, 'package.json');
  await writeFile(path, text);
  expect(() => readPackageManifest(folder)).toThrow(
    expect.objectContaining({
      code: 'BAD_PLUGIN',
      message: expect.stringContaining(`${path}: expected the manifest of a package, got `),
    }),
  );
});
