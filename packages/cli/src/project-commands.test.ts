import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { runHere } from './testing/run-here.js';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'ganymede-commands-')));
const before = process.cwd();
afterEach(() => process.chdir(before));
afterAll(() => rmSync(root, { recursive: true, force: true }));

type Files = Readonly<Record<string, string>>;

/** A project with a package `run-list` in node_modules beside this program's; the project is the current folder. */
function enter(name: string, manifest: object, files: Files): void {
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, name, path)), { recursive: true });
    writeFileSync(join(root, name, path), text);
  };
  write('package.json', JSON.stringify(manifest));
  for (const [path, text] of Object.entries(files)) write(`node_modules/run-list/${path}`, text);
  mkdirSync(join(root, name, 'node_modules/@ganymede'), { recursive: true });
  for (const own of ['cli', 'toolkit'])
    symlinkSync(resolve(__dirname, '../..', own), join(root, name, 'node_modules/@ganymede', own));
  process.chdir(join(root, name));
}

const guide = readFileSync(resolve(__dirname, '../../../docs/plugins.md'), 'utf8');
/** Blocks of the guide's section on commands: package.json, the command, the project's package.json. */
const [manifest, command, project] = [
  .../```js(?:on)?\n([\s\S]*?)```/g[Symbol.matchAll](/## Commands\n([\s\S]*?)\n## /.exec(guide)![1]!),
].map(([, code]) => code!);
const named = JSON.parse(project!) as { dependencies: object; ganymede: object };
const whole: Files = { 'package.json': manifest!, 'commands/runs.js': command! };

const writeRun = (name: string, config: string): void => {
  mkdirSync(join('runs', name), { recursive: true });
  writeFileSync(join('runs', name, 'config.json'), config);
};

test('the command of the guide runs, is listed, and has the flags and errors of all', async () => {
  enter('guide', named, whole);
  const { stdout: quickstart } = await runHere('config', 'show', '--preset', 'quickstart', '--json');
  writeRun('first', JSON.stringify((JSON.parse(quickstart) as { config: object }).config));
  const printed = await runHere('runs');
  expect([printed.code, printed.stdout, printed.stderr]).toEqual([
    0,
    `${'first'.padEnd(20)} quickstart, 2400 steps\n`,
    '',
  ]);
  expect(JSON.parse((await runHere('runs', '--json')).stdout)).toEqual({
    runs: [{ name: 'first', preset: 'quickstart', steps: 2400 }],
  });
  expect((await runHere('runs', '--plugins')).stderr).toMatch(
    /^error UNKNOWN_FLAG: .*\n.*Did you mean --plugin\?/,
  );
  expect((await runHere('runz')).stderr).toMatch(/Did you mean ganymede runs\?/);
  writeRun('second', '[]');
  const broken = await runHere('runs');
  expect([broken.code, broken.stderr]).toEqual([5, expect.stringMatching(/^error RUN_CONFIG_DAMAGED: /)]);
});

test('a folder below the project has them too', async () => {
  mkdirSync(join(root, 'guide/below/runs'), { recursive: true });
  process.chdir(join(root, 'guide/below'));
  expect((await runHere('runs')).code).toBe(0);
});

test('an error without a code names the command, its package, and file and line', async () => {
  enter('failing', named, {
    ...whole,
    'commands/fail.js':
      "const { ToolkitCommand } = require('@ganymede/cli/command');\nexports.Fail = class extends ToolkitCommand {\n  async run() { throw new Error('out of ink'); }\n};",
  });
  const { code, stderr } = await runHere('fail');
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(
      /^error COMMAND_FAILED: command fail of plugin run-list: out of ink, at .*fail\.js:3:\d+\n/,
    ),
  ]);
});

const cases: readonly (readonly [string, object, Files, number, RegExp])[] = [
  ['no list', { ganymede: { commands: 'run-list' } }, whole, 2, /^error BAD_PROJECT: .*got "run-list"/],
  [
    'not installed',
    named,
    {},
    3,
    /^error PLUGIN_NOT_FOUND: .*got nothing in node_modules\nType: npm install run-list/,
  ],
  [
    'no dependency',
    { ganymede: named.ganymede },
    whole,
    3,
    /^error PLUGIN_NOT_FOUND: .*a package that is no dependency/,
  ],
  [
    'no commands',
    named,
    { 'package.json': '{ "name": "run-list", "version": "1.0.0" }' },
    1,
    /^error BAD_PLUGIN: plugin run-list: .* got no oclif\.commands/,
  ],
  [
    'a name that is taken',
    named,
    { ...whole, 'commands/backend/list.js': command! },
    1,
    /^error DUPLICATE_COMMAND: command backend list: expected one package to have it, got @ganymede\/cli and run-list/m,
  ],
  [
    'a command that does not load',
    named,
    { ...whole, 'commands/broken.js': "throw new Error('out of ink');" },
    1,
    /^error PLUGIN_FAILED: plugin run-list: command broken failed to load: out of ink/m,
  ],
];
test.each(cases)('%s ends every command with a code', async (name, manifestOf, files, code, message) => {
  enter(name.replaceAll(' ', '-'), manifestOf, files);
  for (const words of [['config', 'presets'], ['--help']]) {
    const result = await runHere(...words);
    expect([result.code, result.stderr]).toEqual([code, expect.stringMatching(message)]);
  }
});
