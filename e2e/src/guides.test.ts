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
import { expectSuccess } from './run-program.js';
import { appFolder, ganymede, ganymedeJson, oldTypescript } from './workplace.js';

/** A few trainings of one step. */
const patience = 240_000;
const docs = resolve(__dirname, '../../docs');

/** The guide's text under a heading, up to the next one. */
function section(document: string, heading: string): string {
  const text = readFileSync(join(docs, document), 'utf8');
  const found = new RegExp(`^## ${heading}\\n([\\s\\S]*?)(?=\\n## |$(?![\\s\\S]))`, 'm').exec(text)?.[1];
  if (found === undefined) throw new Error(`docs/${document}: expected a section ${heading}, got none`);
  return found;
}

/** Writes what a section shows as files, each under the name in its first line. */
function writeFiles(text: string, folder: string): void {
  const files = [...text.matchAll(/^```[jt]s\n\/\/ (\S+)\n([\s\S]*?)^```/gm)];
  expect(files.length).toBeGreaterThan(0);
  for (const [, name, code] of files) {
    mkdirSync(dirname(join(folder, name!)), { recursive: true });
    writeFileSync(join(folder, name!), code!);
  }
}

/** The words of what a section tells to type, behind `ganymede`. */
function commandsIn(text: string): string[][] {
  const blocks = [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, code]) => code!);
  const lines = blocks.flatMap((code) => code.split('\n')).filter((line) => line.startsWith('ganymede '));
  return lines.map((line) => line.split(' ').slice(1));
}

/** Of a training only the first step is done, so that the guide is followed in seconds. */
const once = (run: string): string[] => ['--steps', '1', '--batch-size', '4', '--run', run];

const alone = realpathSync(mkdtempSync(join(tmpdir(), 'ganymede-guides-')));
afterAll(() => rmSync(alone, { recursive: true, force: true }));

describe('the guides, followed where nothing is installed but the program, globally', () => {
  test.each([
    ['plugins.md', 'A whole one', { loss: { use: 'soft-margin' } }, ''],
    ['plugins.md', 'Parts of a run', { preset: 'quickstart' }, 'step 1: '],
    ['plugins.md', 'Recipes', { preset: 'quickstart-wide', generator: { channels: 32 } }, ''],
    ['config.md', 'As a program', { preset: 'quickstart-wide', discriminator: { channels: 32 } }, ''],
  ])(
    'docs/%s, %s: the run is what it says',
    async (document, heading, config, said) => {
      const text = section(document, heading);
      const run = join(alone, 'runs', heading.replaceAll(' ', '-'));
      writeFiles(text, alone);
      const commands = commandsIn(text);
      expect(commands.map(([name]) => name)).toEqual(['train']);
      const { code, stderr } = await ganymede([...commands[0]!, ...once(run)], { cwd: alone });
      expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining(said) });
      expect(JSON.parse(readFileSync(join(run, 'config.json'), 'utf8'))).toMatchObject({
        ...config,
        steps: 1,
      });
    },
    patience,
  );

  test(
    'the run of a config with a plugin in it is sampled from elsewhere',
    async () => {
      const run = join(alone, 'runs/As-a-program');
      expect(JSON.parse(readFileSync(join(run, 'config.json'), 'utf8'))).toMatchObject({
        plugins: [`${join(alone, 'ganymede.config.ts')}#recipes`],
      });
      const report = await ganymedeJson(
        ['sample', run, '--per-class', '1', '--out', join(alone, 'sheet.png')],
        {
          cwd: tmpdir(),
        },
      );
      expect(report).toMatchObject({ count: 10 });
    },
    patience,
  );

  test('what plugins add is listed with their names', async () => {
    const presets = await ganymede(['config', 'presets', '--plugin', './recipes.js'], { cwd: alone });
    expect(presets.stdout).toMatch(/^quickstart-wide +The quickstart at twice the width\. \(recipes\)$/m);
    const parts = await ganymede(['components', 'part', '--plugin', './step-times.js'], { cwd: alone });
    expect(parts.stdout).toMatch(/^ {2}trainer +.*\(wrapped by step-times\)$/m);
  });
});

describe('in a project that has installed the packages', () => {
  const project = join(appFolder(), 'project-of-guides');
  afterAll(() => rmSync(project, { recursive: true, force: true }));

  test(
    'the command of the guide runs',
    async () => {
      const text = section('plugins.md', 'Commands');
      const [manifest, ofProject] = [...text.matchAll(/^```json\n([\s\S]*?)^```/gm)].map(([, code]) => code!);
      writeFiles(text, join(project, 'run-list'));
      writeFileSync(join(project, 'run-list/package.json'), manifest!);
      writeFileSync(join(project, 'package.json'), ofProject!);
      // What npm makes of a dependency `file:run-list`.
      mkdirSync(join(project, 'node_modules'));
      symlinkSync('../run-list', join(project, 'node_modules/run-list'));
      await expectSuccess('cp', ['-r', join(alone, 'runs'), project], { cwd: project });
      expect(commandsIn(text)).toEqual([['runs']]);
      const plain = await ganymede(['runs'], { cwd: project });
      expect({ code: plain.code, stderr: plain.stderr }).toEqual({ code: 0, stderr: '' });
      expect(plain.stdout).toMatch(/^As-a-program +quickstart-wide, 1 steps$/m);
      expect(await ganymedeJson(['runs'], { cwd: project })).toMatchObject({
        runs: expect.arrayContaining([{ name: 'Recipes', preset: 'quickstart-wide', steps: 1 }]),
      });
      const help = await ganymede(['--help'], { cwd: project });
      expect(help.stdout).toMatch(/^ +runs +List the runs below runs\//m);
    },
    patience,
  );

  test(
    'the oldest TypeScript takes the config of the guide, and refuses a key that there is not',
    async () => {
      const typed = join(project, 'typed');
      mkdirSync(typed, { recursive: true });
      writeFiles(section('config.md', 'As a program'), typed);
      const config = readFileSync(join(typed, 'ganymede.config.ts'), 'utf8');
      writeFileSync(
        join(typed, 'wrong.config.ts'),
        config.replace('steps: 20', '// @ts-expect-error no such key\n  stepps: 20'),
      );
      const types = resolve(__dirname, '../../node_modules/@types');
      const flags = [
        '--noEmit',
        '--strict',
        '--target',
        'es2022',
        '--module',
        'nodenext',
        '--typeRoots',
        types,
      ];
      await expectSuccess(
        process.execPath,
        [oldTypescript(), ...flags, '--skipLibCheck', 'ganymede.config.ts', 'wrong.config.ts'],
        { cwd: typed },
      );
    },
    patience,
  );
});
