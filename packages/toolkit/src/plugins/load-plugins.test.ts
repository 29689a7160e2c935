import { buildSync } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findPlugin } from './find-plugin.js';
import { loadPlugins } from './load-plugins.js';

let folder: string;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'ganymede-plugins-')));
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const body = (name: string): string => `{ apiVersion: 1, name: '${name}', register() {} }`;
  write('plain.js', `exports.plugin = ${body('plain')};`);
  write('default.js', `module.exports = { default: ${body('default')} };`);
  write('other.js', 'exports.something = 1;');
  write('throws.js', "throw new Error('out of ink');");
  write('node_modules/by-name/package.json', '{ "name": "by-name", "main": "main.js" }');
  write('node_modules/by-name/main.js', `exports.plugin = ${body('by-name')};`);
  write(
    'node_modules/@scope/esm-only/package.json',
    '{ "name": "@scope/esm-only", "type": "module", "exports": { ".": { "types": "./x.d.ts", "import": "./main.js" } } }',
  );
  write('node_modules/@scope/esm-only/main.js', `await null; export const plugin = ${body('esm-only')};`);
  write(
    'node_modules/@scope/never/package.json',
    '{ "name": "@scope/never", "type": "module", "main": "main.js" }',
  );
  write(
    'node_modules/@scope/never/main.js',
    `await new Promise(() => {}); export const plugin = ${body('never')};`,
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const namesOf = async (...names: string[]): Promise<string[]> =>
  (await loadPlugins(names, [folder])).map(({ name }) => name);

test('paths and packages, in order', async () => {
  expect(await namesOf(join(folder, 'plain.js'), 'by-name')).toEqual(['plain', 'by-name']);
});

test('a default export is a plugin too', async () => {
  expect(await namesOf(join(folder, 'default.js'))).toEqual(['default']);
});

test('folders are tried in order, each with those above it', () => {
  const below = join(folder, 'a/b');
  expect(findPlugin('by-name', [tmpdir(), below])).toBe(join(folder, 'node_modules/by-name/main.js'));
});

test('an ES module is found by the conditions of import', () => {
  expect(findPlugin('@scope/esm-only', [folder])).toBe(join(folder, 'node_modules/@scope/esm-only/main.js'));
});

describe('in a Node of its own, since jest runs its own modules, without `import`', () => {
  const loader = (): string => join(folder, 'loader.cjs');
  beforeAll(() => {
    buildSync({
      entryPoints: [join(__dirname, 'load-plugins.ts')],
      outfile: loader(),
      bundle: true,
      platform: 'node',
      format: 'cjs',
      conditions: ['@ganymede/source'],
    });
  });
  const loadedBy = (name: string): { stdout: string; stderr: string } => {
    const script = `require(${JSON.stringify(loader())}).loadPlugins(['${name}'], [process.cwd()])
      .then(([{ name }]) => console.log(name), ({ code, message }) => console.log(code, message))`;
    return spawnSync(process.execPath, ['-e', script], { cwd: folder, encoding: 'utf8' });
  };

  test('an ES module with a top-level await is imported', () => {
    const { stdout, stderr } = loadedBy('@scope/esm-only');
    expect([stdout.trim(), stderr]).toEqual(['esm-only', '']);
  });

  test('one whose import never settles does not end the program without a word', () => {
    const { stdout } = loadedBy('@scope/never');
    expect(stdout.trim()).toBe(
      'PLUGIN_FAILED plugin @scope/never: it failed to load: the import of @scope/never never settles',
    );
  });
});

test.each([
  ['nowhere', 'PLUGIN_NOT_FOUND', /^plugin nowhere: expected it to be found from .*, got nothing there$/],
  ['/no/such/plugin.js', 'PLUGIN_NOT_FOUND', /from \/no\/such, got nothing there$/],
])('%s: %s', async (name, code, message) => {
  await expect(namesOf(name)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
});

test('a module that fails says why', async () => {
  await expect(namesOf(join(folder, 'throws.js'))).rejects.toMatchObject({
    code: 'PLUGIN_FAILED',
    message: expect.stringMatching(/it failed to load: out of ink, at .*throws\.js:1:\d+$/),
  });
});

test('a module that is no plugin says what it exports', async () => {
  await expect(namesOf(join(folder, 'other.js'))).rejects.toMatchObject({
    code: 'BAD_PLUGIN',
    message: expect.stringMatching(/expected an export named plugin, made by definePlugin, got something$/),
  });
});
