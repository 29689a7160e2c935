import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Outside of the repository: nothing that a config imports is found from here, as beside a global installation. */
const root = realpathSync(mkdtempSync(join(tmpdir(), 'ganymede-config-module-')));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** In a Node of its own with the built package, since jest runs its own modules, without `import`; `npm run build` comes first. */
function inNode<T>(code: string): T {
  const toolkit = JSON.stringify(join(__dirname, '../../dist/index.js'));
  const script = `const toolkit = require(${toolkit});
    const told = (promise) => promise.catch(({ code, message, hint }) => ({ code, message, hint }));
    (async () => { ${code} })().then((value) => process.stdout.write('RESULT' + JSON.stringify(value)));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', script], { cwd: root, encoding: 'utf8' });
  if (!stdout.includes('RESULT')) throw new Error(`expected a result, got ${stdout}${stderr}`);
  return JSON.parse(stdout.slice(stdout.indexOf('RESULT') + 'RESULT'.length)) as T;
}

function write(path: string, text: string): string {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

const importing = `import { defineConfig } from '@ganymede/toolkit';
  import { definePlugin, type Plugin } from '@ganymede/core';
  import { eagerStep } from '@ganymede/core/eager-step';\n`;
const plugin = (name: string): string =>
  `definePlugin({ apiVersion: 1, name: '${name}', register: (container) => container.addPreset('${name}-recipe', {
     summary: 'A second.', config: { preset: 'quickstart-wasm', steps: 1, batchSize: 2, stabilizers: [],
       backend: { use: 'wasm', threads: 1 }, data: { use: 'shapes', count: 12, shapes: ['circle', 'star'] },
       generator: { channels: 2, latentSize: 4 }, discriminator: { channels: 2 }, sample: { every: 100, perClass: 1 } } }) })`;
const mine = `${importing}
  const rate: number = 1e-3 satisfies number;
  const own: Plugin = ${plugin('mine')};
  export default defineConfig({
    preset: 'mine-recipe', learningRates: { generator: rate }, plugins: [own, './other.js'] });\n`;

describe('a config in TypeScript', () => {
  test('imports a shared package by any of its entries', () => {
    write(
      'entries/ganymede.config.ts',
      `import { z } from 'zod/v4';
       import { eagerStep } from '@ganymede/core/eager-step';
       export default { preset: 'quickstart', steps: z.int().parse(7) };`,
    );
    expect(
      inNode(
        `return told(toolkit.resolveConfig({ file: 'entries/ganymede.config.ts' }).then(({ config }) => config.steps));`,
      ),
    ).toBe(7);
  });

  test('that is named with a plugin that it does not have says so', () => {
    write('plain.js', "exports.plugin = { apiVersion: 1, name: 'plain', register() {} };");
    expect(inNode(`return told(toolkit.loadPlugins(['./plain.js#plain']));`)).toEqual({
      code: 'BAD_PLUGIN',
      message: 'plugin ./plain.js#plain: expected a config with the plugin plain, got one without plugins',
      hint: 'Name the file alone: ./plain.js.',
    });
  });

  test('has plugins inline and by name; a run of it is found again, from anywhere, moved and changed', () => {
    const file = write('whole/ganymede.config.ts', mine);
    write('whole/other.js', "exports.plugin = { apiVersion: 1, name: 'other', register() {} };");
    const run = join(root, 'run');
    const moved = join(root, 'moved/ganymede.config.ts');
    const first = inNode<Record<string, unknown>>(`
      const { config, plugins } = await toolkit.resolveConfig({ file: 'whole/ganymede.config.ts' });
      await toolkit.train({ config, plugins, runFolder: '${run}', resume: false });
      process.chdir('/');
      const again = await toolkit.loadRunConfig('${run}');
      return { config, names: plugins.map(({ name }) => name), same: again.plugins.every((one, i) => one === plugins[i]) };`);
    expect(first).toMatchObject({
      config: {
        preset: 'mine-recipe',
        steps: 1,
        learningRates: { generator: 1e-3 },
        plugins: [`${file}#mine`, join(root, 'whole/other.js')],
      },
      names: ['mine', 'other'],
      same: true,
    });
    const { components } = JSON.parse(readFileSync(join(run, 'environment.json'), 'utf8'));
    expect(components.plugins).toContainEqual({
      name: 'mine',
      version: null,
      builtIn: false,
      as: `${file}#mine`,
      file,
      hash: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
    mkdirSync(dirname(moved));
    renameSync(file, moved);
    writeFileSync(moved, `${mine}// changed\n`);
    const later = inNode<{ gone: unknown; plugins: string[]; notes: string[] }>(`
      const gone = await told(toolkit.loadRunConfig('${run}'));
      const given = await toolkit.loadPlugins(['./moved/ganymede.config.ts#mine']);
      const steps = { path: ['steps'], value: 2, flag: '--steps 2' };
      const { config, plugins } = await toolkit.loadRunConfig('${run}', [steps], given);
      const notes = [];
      const onEvent = (event) => event.kind === 'note' && notes.push(event.text);
      await toolkit.train({ config, plugins, runFolder: '${run}', resume: true, onEvent });
      const last = await toolkit.loadRunConfig('${run}');
      return { gone, plugins: last.plugins.map(({ name }) => name), notes };`);
    expect(later.gone).toMatchObject({
      code: 'PLUGIN_NOT_FOUND',
      message: expect.stringContaining(`${file}#mine`),
    });
    expect(later.plugins).toEqual(['mine', 'other']);
    expect(later.notes).toContain(
      'plugin mine: its file is another than the one that the run was trained with',
    );
  });

  test.each(['js', 'mjs', 'cjs', 'mts', 'cts'])('or in a file .%s', (ending) => {
    const isCommon = ending === 'cjs' || ending === 'cts';
    const text = isCommon ? 'module.exports = { default: { steps: 7 } };' : 'export default { steps: 7 };';
    const type = ending === 'js' ? 'module' : 'commonjs';
    write(`endings/${ending}/package.json`, `{ "type": "${type}" }`);
    write(`endings/${ending}/run.config.${ending}`, text);
    expect(
      inNode(
        `return (await toolkit.resolveConfig({ file: 'endings/${ending}/run.config.${ending}' })).config.steps;`,
      ),
    ).toBe(7);
  });

  const cases: readonly (readonly [name: string, text: string, code: string, message: RegExp])[] = [
    [
      'throws',
      "throw new Error('out of ink');",
      'CONFIG_FAILED',
      /out of ink, at .*throws\.config\.ts:1:\d+$/,
    ],
    ['syntax', 'export default {', 'CONFIG_FAILED', /expected a config that loads, got: .*/],
    [
      'never',
      'await new Promise(() => {}); export default {};',
      'CONFIG_FAILED',
      /the import of .* never settles$/,
    ],
    ['missing', "import 'nowhere-at-all'; export default {};", 'CONFIG_FAILED', /nowhere-at-all/],
    [
      'named',
      'export const steps = 3;',
      'BAD_CONFIG',
      /expected a default export, made by defineConfig, got steps$/,
    ],
    ['function', 'export default () => ({});', 'BAD_CONFIG', /that is a mapping of options, got a function$/],
    [
      'promise',
      'export default Promise.resolve({});',
      'BAD_CONFIG',
      /that is a mapping of options, got a Promise$/,
    ],
    [
      'value',
      "export default { loss: { use: 'hinge', margin: () => 1 } };",
      'BAD_CONFIG',
      /got a function in loss\.margin$/,
    ],
    ['date', 'export default { steps: new Date() };', 'BAD_CONFIG', /got a Date in steps$/],
    [
      'class',
      'export default { plugins: [class Mine {}] };',
      'BAD_CONFIG',
      /of a plugin in plugins\.0, got a function$/,
    ],
    [
      'object',
      'export default { plugins: [{ name: 3 }] };',
      'BAD_CONFIG',
      /plugins\.0, got a mapping of name$/,
    ],
    [
      'twice',
      `${importing} export default defineConfig({ plugins: [${plugin('a')}, ${plugin('a')}] });`,
      'BAD_CONFIG',
      /expected each plugin once, got a in plugins twice$/,
    ],
    [
      'option',
      'export default { steps: NaN, batchsize: 3 };',
      'BAD_OPTION',
      /steps: expected .*, got NaN \(.*option\.config\.ts\)/,
    ],
    ['circle', 'const a: any = {}; a.loss = a; export default a;', 'BAD_CONFIG', /at most 64 levels/],
  ];
  let results: Readonly<Record<string, unknown>>;
  beforeAll(() => {
    for (const [name, text] of cases) write(`bad/${name}.config.ts`, text);
    const names = JSON.stringify(cases.map(([name]) => name));
    results = inNode(`
      const results = { absent: await told(toolkit.resolveConfig({ file: 'bad/absent.config.ts' })) };
      for (const name of ${names}) results[name] = await told(toolkit.resolveConfig({ file: 'bad/' + name + '.config.ts' }));
      return results;`);
  });
  test.each(cases)('%s: the error has a code and says where', (name, _, code, message) => {
    expect(results[name]).toMatchObject({ code, message: expect.stringMatching(message) });
  });
  test('one that is not there', () => {
    expect(results['absent']).toMatchObject({ code: 'CONFIG_NOT_FOUND' });
  });

  test('a plugin of it is named with the file', () => {
    write(
      'named/ganymede.config.ts',
      `${importing} export default defineConfig({ plugins: [${plugin('mine')}] });`,
    );
    const told = inNode<unknown[]>(`return [
      await told(toolkit.loadPlugins(['./named/ganymede.config.ts'])),
      await told(toolkit.loadPlugins(['./named/ganymede.config.ts#other'])),
      (await toolkit.loadPlugins(['./named/ganymede.config.ts#mine']))[0].name ];`);
    const refused = {
      code: 'BAD_PLUGIN',
      message: expect.stringMatching(/expected one of mine, got a config$/),
      hint: 'Name one of its plugins: ./named/ganymede.config.ts#mine.',
    };
    expect(told).toEqual([refused, refused, 'mine']);
  });
});

test('a plugin in TypeScript needs no build, and shares the packages of the program', () => {
  write('typed/node_modules/@ganymede/core/package.json', '{ "name": "@ganymede/core", "main": "core.js" }');
  write('typed/node_modules/@ganymede/core/core.js', "throw new Error('another copy');");
  write('typed/mine.ts', `${importing} export const plugin: Plugin = ${plugin('typed')};`);
  expect(inNode("return (await toolkit.loadPlugins(['./typed/mine.ts'])).map(({ name }) => name);")).toEqual([
    'typed',
  ]);
});

test('a plugin in JavaScript outside of every project shares the packages of the program', () => {
  write(
    'alone/mine.js',
    `const { GanymedeError } = require('@ganymede/core'); require('@tensorflow/tfjs'); require('zod');
     exports.plugin = { apiVersion: 1, name: 'alone', register() {}, GanymedeError };`,
  );
  expect(
    inNode(`const [plugin] = await toolkit.loadPlugins(['./alone/mine.js']);
      const { createRequire } = require('node:module');
      const own = createRequire(${JSON.stringify(join(__dirname, '../../dist/index.js'))});
      return [plugin.name, plugin.GanymedeError === own('@ganymede/core').GanymedeError];`),
  ).toEqual(['alone', true]);
});
