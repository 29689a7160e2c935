import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { writePlugin } from './write-plugin.js';

const folder = mkdtempSync(join(tmpdir(), 'ganymede-scaffold-'));
afterAll(() => rmSync(folder, { recursive: true }));

const manifestOf = (path: string) => JSON.parse(readFileSync(path, 'utf8'));

test('a package of its own: names are put in, versions are those of the packages that it is written for', async () => {
  const target = join(folder, 'soft-margin');
  const files = await writePlugin('@you/ganymede-soft-margin', 'loss', target);
  const names = ['.gitignore', 'LICENSE', 'README.md', 'package.json', 'tsconfig.json'];
  const sources = ['index', 'soft-margin', 'soft-margin.test'].map((name) => `src/${name}.ts`);
  expect(files.map((file) => relative(target, file)).sort()).toEqual([...names, ...sources].sort());
  const component = readFileSync(join(target, 'src/soft-margin.ts'), 'utf8');
  expect(component).toContain('export class SoftMargin implements Loss');
  expect(component).toContain("id: 'soft-margin'");

  const packages = join(__dirname, '../..');
  const root = manifestOf(join(packages, '../package.json'));
  const { version, dependencies } = manifestOf(join(packages, 'core/package.json'));
  const written = manifestOf(join(target, 'package.json'));
  expect(written.name).toBe('@you/ganymede-soft-margin');
  expect(written.dependencies).toEqual({ zod: dependencies.zod });
  expect(written.peerDependencies).toEqual({
    '@ganymede/core': version,
    '@tensorflow/tfjs': root.dependencies['@tensorflow/tfjs'],
  });
  expect(written.devDependencies).toMatchObject({ '@ganymede/cli': version, '@ganymede/testing': version });
});

test('a folder with files is left alone, and a file in its place is told as one', async () => {
  writeFileSync(join(folder, 'file'), '');
  await expect(writePlugin('mine', 'loss', folder)).rejects.toMatchObject({ code: 'FOLDER_NOT_EMPTY' });
  await expect(writePlugin('mine', 'loss', join(folder, 'file'))).rejects.toMatchObject({
    code: 'CANNOT_WRITE',
    message: expect.stringMatching(/file: .*a file where one of its folders should be/),
  });
});
