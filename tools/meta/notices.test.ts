import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readText, repository } from './repository.js';

const noticesName = 'THIRD-PARTY-LICENSES.txt';

const tfjs = ['core', 'backend-cpu', 'backend-wasm', 'backend-webgl', 'backend-webgpu'].map(
  (name) => `@tensorflow/tfjs-${name}`,
);

/** What each bundle is made of. Whoever bundles another package writes it down here, and sees what its licence asks for. */
const bundled: Readonly<Record<string, readonly string[]>> = {
  'packages/browser/bundle': ['@noble/hashes', ...tfjs, 'long', 'seedrandom', 'zod'],
  'packages/exporters/runtime': ['@noble/hashes', ...tfjs, 'long', 'seedrandom', 'zod'],
  'packages/exporters/page': [
    '@noble/hashes',
    ...tfjs,
    'gifenc',
    'long',
    'preact',
    'rolldown',
    'seedrandom',
    'zod',
  ],
  'packages/dashboard/pages': ['gifenc', 'preact', 'rolldown', 'uplot'],
  'packages/tensorflow/kernels': ['@tensorflow/tfjs-node-gpu', 'google-protobuf'],
};

const noticesIn = (folder: string): string => readText(`${folder}/${noticesName}`);

/** Names and versions in their headings, in order. */
const headingsIn = (notices: string): readonly string[] =>
  [...notices.matchAll(/^(\S+) (\d\S*) \(.+\)$/gm)].map(([, name, version]) => `${name} ${version}`);

const versionOf = (name: string): string =>
  (JSON.parse(readText(`node_modules/${name}/package.json`)) as { version: string }).version;

test.each(Object.entries(bundled))('%s has the licence of all that is in it', (folder, names) => {
  const expected = names.map((name) => `${name} ${versionOf(name)}`);
  const [own, ...others] = headingsIn(noticesIn(folder));
  expect(own).toMatch(/^ganymede /);
  expect([...others].sort()).toEqual([...expected].sort());
});

test('the texts are those of the packages, with their copyrights', () => {
  const notices = Object.keys(bundled).map(noticesIn).join('\n');
  for (const name of ['preact', 'uplot', 'zod', 'long', '@noble/hashes', 'rolldown']) {
    const text = readText(`node_modules/${name}/LICENSE`).trim();
    expect(notices).toContain(text);
  }
  expect(notices).toContain(readText('LICENSE').trim());
  expect(notices).toMatch(/Copyright \d{4} David Bau/);
  expect(notices).toContain('Copyright (c) 2017 Matt DesLauriers');
  expect(notices).toMatch(/^Copyright \d{4} Google (LLC|Inc)/m);
  expect(notices).toContain(readText('packages/tensorflow/licenses/apache-2.0.txt').trim());
});

/** What the notices of a module are, or the error that says why there are none. */
function noticesFor(module: string): string {
  const script = `
    import { noticesOf } from ${JSON.stringify(join(repository, 'tools/browser/notices.mjs'))};
    try { console.log(noticesOf([${JSON.stringify(module)}])); } catch (error) { console.log(error.message); }`;
  return execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
}

test('a package without a text of its licence is not bundled', () => {
  mkdirSync(join(repository, 'dist'), { recursive: true });
  const folder = mkdtempSync(join(repository, 'dist/notices-'));
  try {
    const own = join(folder, 'node_modules/@some/one');
    mkdirSync(own, { recursive: true });
    const manifest = { name: '@some/one', version: '1.2.3', license: 'MIT' };
    writeFileSync(join(own, 'package.json'), JSON.stringify(manifest));
    writeFileSync(join(own, 'README.md'), '# One\n\n## License\n\nMIT\n');
    writeFileSync(join(own, 'index.js'), '');
    const error = `notices: expected a text of the licence MIT in ${own}, got none\n`;
    expect(noticesFor(join(own, 'index.js'))).toBe(error);
    const text = 'Copyright 2020 Some One\n\nProvided "as is", without warranty of any kind.';
    writeFileSync(join(own, 'README.md'), `# One\n\nLicense\n-------\n${text}\n\nMore\n----\nelse\n`);
    const found = noticesFor(join(own, 'index.js'));
    expect(found).toContain(`@some/one 1.2.3 (MIT)\n${'-'.repeat(80)}\n\n${text}\n`);
    expect(found).not.toContain('else');
    writeFileSync(join(own, 'LICENSE.md'), 'The licence of one.\n');
    expect(noticesFor(join(own, 'index.js'))).toContain('\n\nThe licence of one.\n');
  } finally {
    rmSync(folder, { recursive: true });
  }
  expect(existsSync(folder)).toBe(false);
});
