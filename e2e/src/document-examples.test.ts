import { readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { availableBackends } from './backends.js';
import { compileExamples, makeFiles, projectFolder, runExample } from './examples.js';
import { expectSuccess, runProgram, type ProgramResult } from './run-program.js';
import { documentExamples } from './workplace.js';

const examples = documentExamples();
const runnable = examples.filter(({ notRun }) => notRun === null);
const ownPackages = (): readonly string[] =>
  readdirSync(join(projectFolder('every-package'), 'node_modules/@ganymede'));

describe('TypeScript', () => {
  let found: ReadonlyMap<string, readonly string[]>;
  beforeAll(async () => {
    found = await compileExamples();
  });

  test.each(examples)('takes the code of $file', ({ name }) => {
    expect(found.get(`projects/${name}`) ?? []).toEqual([]);
  });

  test('finds every type that the packages’ declarations name', () => {
    const own = [...found].filter(([folder]) => folder.startsWith('node_modules/'));
    expect(own.flatMap(([, diagnostics]) => diagnostics)).toEqual([]);
  });
});

describe('Node', () => {
  const results = new Map<string, Promise<ProgramResult>>();
  beforeAll(async () => {
    await makeFiles();
    const backends = availableBackends();
    const queue = runnable.filter(({ backend }) => backend === null || backends.includes(backend));
    const worker = async (): Promise<void> => {
      for (let example = queue.shift(); example; example = queue.shift()) {
        const result = runExample(example);
        results.set(example.name, result);
        await result;
      }
    };
    await Promise.all([worker(), worker()]);
  });

  test.each(runnable)('runs the code of $file', async ({ name, backend }) => {
    const result = await results.get(name);
    if (result === undefined) {
      expect(availableBackends()).not.toContain(backend);
      return;
    }
    expect({ code: result.code, printed: result.code === 0 ? '' : result.stdout + result.stderr }).toEqual({
      code: 0,
      printed: '',
    });
  });
});

test('the layout is strict: a package finds what it declares, and nothing else', async () => {
  const layers = realpathSync(join(projectFolder('layers'), 'node_modules/@ganymede/layers'));
  const find = (name: string): Promise<ProgramResult> =>
    runProgram(process.execPath, ['-p', `require.resolve('${name}')`], { cwd: layers });
  expect((await find('@ganymede/ops')).stdout).toMatch(/\/ops\/dist\/index\.js\n$/);
  for (const name of ['@ganymede/losses', '@ganymede/toolkit', 'tsyringe', 'sharp'])
    expect((await find(name)).stderr).toContain(`Cannot find module '${name}'`);
});

test('@ganymede/layers works alone, on plain tfjs', async () => {
  const program = join(projectFolder('layers'), 'spectral-norm.js');
  const { stdout } = await expectSuccess(process.execPath, [program], { cwd: projectFolder('layers') });
  const result = JSON.parse(stdout.trim().split('\n').at(-1)!);
  expect(result.outputShape).toEqual([1, 4]);
  expect(result.operatorNorm).toBeCloseTo(1, 3);
});

test('an ES module imports by name whatever `require` gives', async () => {
  const program = join(projectFolder('every-package'), 'named-imports.mjs');
  const { stdout } = await expectSuccess(process.execPath, [program], {
    cwd: projectFolder('every-package'),
  });
  const entries = JSON.parse(stdout) as readonly { entry: string; count: number; missing: string[] }[];
  expect(entries.length).toBeGreaterThan(ownPackages().length);
  expect(entries.filter(({ missing }) => missing.length > 0)).toEqual([]);
  expect(entries.filter(({ count }) => count === 0)).toEqual([]);
  expect(entries.map(({ entry }) => entry)).toContain('@ganymede/losses');
});
