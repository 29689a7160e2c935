import * as tf from '@tensorflow/tfjs';
import { evaluationCall, isGanymedeError } from '@ganymede/core';
import { drawLatents, latentSource, openGenerator } from '@ganymede/runs';
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { exportNpm } from '../../operations.js';
import { pluginHost } from '../../plugins/plugin-host.js';

/** The trained generator that comes along with the CLI. */
const demo = resolve(__dirname, '../../../../cli/demo');
const repository = resolve(__dirname, '../../../../..');
const packageName = '@someone/shapes';
const request = { class: 'star', seed: 5, count: 3, truncation: { convention: 'resample', threshold: 0.5 } };

const folder = mkdtempSync(join(tmpdir(), 'ganymede-npm-'));
const installed = join(folder, 'node_modules', packageName);
afterAll(() => rmSync(folder, { recursive: true }));

beforeAll(async () => {
  // Built by `npm run build`; without a build the loader alone is.
  if (!existsSync(join(repository, 'packages/exporters/runtime')))
    execFileSync(process.execPath, [join(repository, 'tools/bundle-runtime.mjs')]);
  await exportNpm({
    run: demo,
    name: 'demo',
    out: installed,
    packageName,
    precision: 'float32',
    thresholds: [],
    backend: { use: 'wasm' },
    license: 'mit',
  });
});

/** What the run's own generator gives for the request. */
async function expectedValues(): Promise<Float32Array> {
  const opened = await openGenerator(pluginHost, { run: demo, ema: true, backend: { use: 'wasm' } });
  try {
    const { generator, classes } = opened;
    const labels = new Int32Array(3).fill(classes.indexOf('star'));
    const source = latentSource(opened, { use: 'resample', threshold: 0.5 });
    const { z } = drawLatents(source, labels, generator.latentSize, request.seed);
    return tf.tidy(() =>
      generator
        .generate(tf.tensor2d(z, [3, generator.latentSize]), tf.tensor1d(labels, 'int32'), evaluationCall)
        .dataSync<'float32'>()
        .slice(),
    );
  } finally {
    await opened.close();
  }
}

/** Runs a module in the folder where the package is installed. @returns what it printed, as JSON */
function run(code: string): unknown {
  writeFileSync(join(folder, 'program.mjs'), code);
  return JSON.parse(
    execFileSync(process.execPath, ['program.mjs'], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  );
}

test('in a process of its own the package makes the images of the run', async () => {
  const values = await expectedValues();
  const found = run(`
    import { generate, load, classes } from '${packageName}';
    const engine = await load();
    const progress = [];
    const images = await generate(
      { ...${JSON.stringify(request)}, values: true },
      { onProgress: (done, total) => progress.push([done, total]) },
    );
    console.log(JSON.stringify({
      engine, classes, progress,
      handlers: process.listenerCount('uncaughtException') + process.listenerCount('unhandledRejection'),
      values: [...images.values], pixels: [...images.pixels.slice(0, 8)],
    }));`) as {
    engine: string;
    classes: string[];
    progress: unknown;
    handlers: number;
    values: number[];
    pixels: number[];
  };
  expect(found.engine).toBe('wasm');
  expect(found.classes).toContain('star');
  expect(found.progress).toEqual([[3, 3]]);
  expect(found.handlers).toBe(0);
  expect(found.values).toHaveLength(values.length);
  const differences = found.values.map((value, i) => Math.abs(value - values[i]!));
  expect(Math.max(...differences)).toBeLessThan(1e-3);
  expect(Math.max(...values) - Math.min(...values)).toBeGreaterThan(0.5);
  const byte = (value: number): number => Math.min(255, Math.max(0, Math.floor((value + 1) * 127.5 + 0.5)));
  const [r, g, b] = [...values].map(byte);
  expect(
    [...found.pixels.slice(0, 4)].map((value, i) => Math.abs(value - [r!, g!, b!, 255][i]!) <= 1),
  ).toEqual([true, true, true, true]);
});

/** A program that has a tfjs of its own, on its own `cpu`, and works with it while the package makes images. */
const beside = (options: string, more = ''): unknown =>
  run(`
    import * as tf from '${join(repository, 'node_modules/@tensorflow/tfjs/dist/tf.node.js')}';
    tf.env().set('IS_TEST', true);
    await tf.setBackend('cpu');
    ${more}
    const mine = tf.tensor1d([1, 2]);
    const found = new Set();
    let isWorking = true;
    const work = (async () => {
      while (isWorking) {
        const sum = tf.add(mine, 1);
        found.add(tf.getBackend() + ' ' + (await sum.data()).join());
        sum.dispose();
        await new Promise(setImmediate);
      }
    })();
    const { generate, load, dispose } = await import('${packageName}');
    const before = [tf.memory().numTensors, Object.keys(tf.engine().registryFactory)];
    const engine = await load(${options});
    const { pixels } = await generate(${JSON.stringify(request)});
    const single = await generate({ ...${JSON.stringify(request)}, seed: 6, truncation: undefined });
    await dispose();
    isWorking = false;
    await work;
    const after = [tf.memory().numTensors, Object.keys(tf.engine().registryFactory)];
    console.log(JSON.stringify({ engine, current: tf.getBackend(), found: [...found], before, after, pixels: [...pixels] }));`);

test('a program that uses tfjs itself keeps its engine, its tensors and what it has registered', () => {
  const { pixels, before, after, ...found } = beside('') as {
    readonly pixels: number[];
    readonly before: unknown;
    readonly after: unknown;
  };
  expect(found).toEqual({ engine: 'wasm', current: 'cpu', found: ['cpu 2,3'] });
  expect(after).toEqual(before);
  expect(new Set(pixels).size).toBeGreaterThan(20);
});

test.each([
  ['own', "{ backend: 'own' }", 'own'],
  ['tensorflow', '', 'tensorflow'],
])('an engine of the program, %s, is borrowed: the current one stays what it is', (name, options, engine) => {
  const register = `
    const Cpu = tf.findBackend('cpu').constructor;
    tf.copyRegisteredKernels('cpu', '${name}');
    tf.registerBackend('${name}', async () => new Cpu(), 0);`;
  const own = beside(options, register) as {
    readonly pixels: number[];
    readonly before: unknown;
    readonly after: unknown;
    readonly found: readonly string[];
  };
  expect(own).toMatchObject({ engine, current: 'cpu', found: ['cpu 2,3'] });
  expect(own.after).toEqual(own.before);
  const { pixels } = beside('') as { readonly pixels: number[] };
  expect(own.pixels.every((value, i) => Math.abs(value - pixels[i]!) <= 1)).toBe(true);
});

test('it needs no import syntax, loads once, may be freed, and refuses in words', () => {
  const found = run(`
    import { createRequire } from 'node:module';
    const { generate, latents, load, dispose } = createRequire(import.meta.url)('${packageName}');
    const z = await latents({ seed: 3 });
    const images = await generate({ latents: z, class: 'star' });
    const same = await generate({ seed: 3, class: 'star' });
    const errors = [];
    const note = (error) => errors.push([error.code, error.message]);
    await load({ backend: 'wasm' }).catch(note);
    await generate({ class: 'dog' }).catch(note);
    await dispose();
    await load({ backend: 'tensorflow' }).catch(note);
    const engine = await load({ backend: 'wasm' });
    const again = await generate({ seed: 3, class: 'star' });
    const differ = (a, b) => a.pixels.some((value, i) => value !== b.pixels[i]);
    console.log(JSON.stringify({ engine, errors, count: images.count, differ: [differ(images, same), differ(again, same)] }));`);
  expect(found).toEqual({
    engine: 'wasm',
    count: 1,
    differ: [false, false],
    errors: [
      ['BAD_REQUEST', expect.stringContaining('load: expected to be called before all else')],
      ['BAD_REQUEST', expect.stringMatching(/^class: expected one of circle, .*got dog$/)],
      ['NO_BROWSER_BACKEND', expect.stringContaining('the program has no such engine of tfjs')],
    ],
  });
});

test('a weights file that was damaged is named', () => {
  const weights = join(installed, 'generator/model.safetensors');
  copyFileSync(weights, `${weights}.whole`);
  const bytes = readFileSync(weights);
  bytes[bytes.length - 5]! ^= 1;
  writeFileSync(weights, bytes);
  try {
    const found = run(`
      import { generate } from '${packageName}';
      console.log(JSON.stringify(await generate().catch(({ code, message }) => ({ code, message }))));`);
    expect(found).toMatchObject({
      code: 'GENERATOR_DAMAGED',
      message: expect.stringMatching(/model\.safetensors: SHA-256: expected/),
    });
  } finally {
    copyFileSync(`${weights}.whole`, weights);
  }
});

test('its types are those of the run', () => {
  const tsc = join(repository, 'node_modules/typescript/bin/tsc');
  const errorsOf = (code: string): string => {
    writeFileSync(join(folder, 'program.mts'), code);
    const flags = ['--noEmit', '--strict', '--target', 'es2022', '--lib', 'es2023,dom'];
    try {
      execFileSync(process.execPath, [tsc, ...flags, '--module', 'nodenext', 'program.mts'], {
        cwd: folder,
        encoding: 'utf8',
      });
      return '';
    } catch (error) {
      return (error as { stdout: string }).stdout;
    }
  };
  const program = (name: string): string => `
    import { generate, type ClassName } from '${packageName}';
    const name: ClassName = '${name}';
    const { pixels, values } = await generate({ class: name, seed: 1, mixture: undefined });
    export const first: number = pixels[0]! + (values?.[0] ?? 0);`;
  expect(errorsOf(program('star'))).toBe('');
  expect(errorsOf(program('dog'))).toContain(`Type '"dog"' is not assignable to type 'ClassName'`);
});

test('a bundler for pages finds every file of it, and needs nothing else', async () => {
  const { build } = await import('esbuild');
  mkdirSync(join(folder, 'out'), { recursive: true });
  const { metafile } = await build({
    stdin: { contents: `export { generate } from '${packageName}';`, resolveDir: folder },
    bundle: true,
    platform: 'browser',
    format: 'esm',
    metafile: true,
    write: false,
    outdir: 'out',
  });
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports.map(({ path }) => path));
  expect(imports).toEqual([]);
  const page = readFileSync(join(installed, 'page.js'), 'utf8');
  const named = [...page.matchAll(/new URL\('([^']+)', import\.meta\.url\)/g)].map(([, path]) => path!);
  expect(named.length).toBeGreaterThan(4);
  expect(named.filter((path) => !existsSync(join(installed, path)))).toEqual([]);
  const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as object;
  expect(manifest).toMatchObject({ name: packageName, license: 'mit' });
  expect(manifest).not.toHaveProperty('dependencies');
  expect(readFileSync(join(installed, 'README.md'), 'utf8')).toContain(`from '${packageName}'`);
  const notices = readFileSync(join(installed, 'runtime/THIRD-PARTY-LICENSES.txt'), 'utf8');
  expect(notices).toMatch(/^@tensorflow\/tfjs-backend-wasm \d/m);
});

test('a name that npm does not take is refused before anything is read', async () => {
  const error = await exportNpm({ run: 'none', name: 'x', out: 'none', packageName: 'Own Name' }).catch(
    (reason: unknown) => reason,
  );
  expect(isGanymedeError(error) && error.code).toBe('BAD_PACKAGE_NAME');
});
