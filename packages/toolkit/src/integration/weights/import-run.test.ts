import { readCheckpoint, readRunConfig, type HostTensor } from '@ganymede/checkpoints';
import { readTorchFile, readTorchValue } from '@ganymede/torch-files';
import { disposeNetwork, evaluationCall } from '@ganymede/core';
import { averagedVariables } from '@ganymede/trainer';
import * as tf from '@tensorflow/tfjs';
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
import type { Assignment, ResolvedConfig } from '@ganymede/config';
import { createContainer } from '../../container.js';
import { createGenerator, hostFloats, type SessionState, assignVariables } from '@ganymede/runs';
import { exportRun, type ImportResult } from '@ganymede/importers';
import { loadRunConfig, sample, train, importRun } from '../../operations.js';

/** Made by BigGAN-PyTorch: see make-biggan.py beside it. */
const fixture = resolve(__dirname, '../../../../importers/fixtures/biggan');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ganymede-import-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const set = (path: string, value: unknown): Assignment => ({ path: path.split('.'), value, flag: path });
const wasm = set('backend', { use: 'wasm', threads: 1 });
const shapes = set('data', { use: 'shapes', count: 12, shapes: ['circle', 'star', 'square'] });

const importFixture = (runFolder: string, ...assignments: Assignment[]): Promise<ImportResult> =>
  importRun({ paths: [fixture], runFolder, assignments: [wasm, ...assignments] });

async function latest(run: string, step: string) {
  return readCheckpoint(join(run, 'checkpoints', step));
}

test("BigGAN-PyTorch's folder becomes a run: networks, average, moments, step and what the optimizers tell", async () => {
  const run = join(folder, 'run');
  const result = await importFixture(run);
  expect(result).toMatchObject({ runFolder: run, format: 'BigGAN-PyTorch', step: 2, classes: 3 });
  expect(result.notes).toContainEqual(
    expect.stringMatching(/state_dict\.pth was left out: .*torch\.nn\.modules\.activation\.ReLU/),
  );
  const config = (await readRunConfig(run)) as ResolvedConfig;
  expect(config).toMatchObject({
    resolution: 32,
    data: { use: 'auto' },
    discriminatorSteps: 2,
    learningRates: { generator: 3e-4, discriminator: 6e-4 },
    generatorOptimizer: { use: 'adam', beta1: 0, beta2: 0.999, epsilon: 1e-7 },
    discriminatorOptimizer: { beta2: 0.99 },
    generator: { use: 'biggan', channels: 1, latentSize: 8, sharedSize: 2, hierarchical: true },
    ema: { decay: 0.9999, start: 1000 },
  });
  const { tensorFiles, state } = await latest(run, '00000002');
  expect((state as SessionState).trainer).toMatchObject({
    step: 2,
    generatorUpdates: 2,
    discriminatorUpdates: 4,
  });
  expect(Object.keys(tensorFiles).sort()).toEqual([
    'discriminator-optimizer.safetensors',
    'discriminator.safetensors',
    'ema.safetensors',
    'generator-optimizer.safetensors',
    'generator.safetensors',
  ]);
  // torch numbers parameters in module order: the shared embedding is the first of G, the last bias the last.
  const theirs = (await readTorchValue(join(fixture, 'G_optim.pth'))) as Map<
    string,
    Map<number, Map<string, HostTensor>>
  >;
  const moments = theirs.get('state')!;
  const ours = tensorFiles['generator-optimizer.safetensors']!;
  expect(ours['v.shared.weight']).toEqual(moments.get(0)!.get('exp_avg_sq'));
  expect(ours['v.output_layer.2.bias']!.data).toEqual(moments.get(moments.size - 1)!.get('exp_avg_sq')!.data);
  expect(Object.keys(ours)).toHaveLength(moments.size);
});

test('the imported average gives the images of BigGAN-PyTorch', async () => {
  const run = join(folder, 'run');
  await importFixture(run, set('generator.batchNormEps', 1e-4));
  const expected = await readTorchFile(join(fixture, 'expected.pth'));
  const container = await createContainer();
  const backend = container.resolve('backend', { use: 'wasm' });
  await backend.activate();
  const { config } = await loadRunConfig(run, [shapes]);
  const generator = createGenerator(container.resolve('generator', config.generator), {
    imageShape: { height: 32, width: 32, channels: 3 },
    classes: 3,
    seed: 0,
  });
  const { tensorFiles } = await latest(run, '00000002');
  assignVariables('ema', averagedVariables(generator), hostFloats(tensorFiles['ema.safetensors']!));
  const images = tf.tidy(() => {
    const z = tf.tensor2d(expected['z']!.data as Float32Array, [4, 8]);
    const y = tf.tensor1d(expected['y']!.data as Float32Array, 'int32');
    return tf.transpose(generator.generate(z, y, evaluationCall), [0, 3, 1, 2]);
  });
  const theirs = expected['images']!.data as Float32Array;
  const differences = images.dataSync().map((value, i) => Math.abs(value - theirs[i]!));
  expect(Math.max(...differences)).toBeLessThan(1e-5);
  expect(Math.max(...theirs)).toBeGreaterThan(0.01);
  images.dispose();
  disposeNetwork(generator);
  backend.dispose();
});

test('it is sampled from, and goes on with data of as many classes', async () => {
  const run = join(folder, 'run');
  await importFixture(run);
  const options = { run, seed: 0, ema: true, statistics: 'running', perClass: 1 } as const;
  const { images, classes } = await sample(options);
  expect([images.length, classes]).toEqual([3 * 32 * 32 * 3, ['0', '1', '2']]);

  const other = set('data', { use: 'shapes', count: 12, shapes: ['circle', 'star'] });
  const two = await loadRunConfig(run, [other, set('steps', 3), set('batchSize', 2)]);
  await expect(train({ config: two.config, runFolder: run, resume: true })).rejects.toMatchObject({
    code: 'CLASSES_DIFFER',
  });
  const { config } = await loadRunConfig(run, [shapes, set('steps', 3), set('batchSize', 2)]);
  const result = await train({ config, runFolder: run, resume: true });
  expect(result.step).toBe(3);
  const { state } = await latest(run, '00000003');
  expect((state as SessionState).trainer).toMatchObject({ generatorUpdates: 3, discriminatorUpdates: 6 });
  expect((state as SessionState).data.classes).toEqual(['circle', 'star', 'square']);
});

test('a generator alone can be sampled from, and says why it cannot be trained', async () => {
  const run = join(folder, 'run');
  const result = await importRun({
    paths: [join(fixture, 'G_ema.pth')],
    runFolder: run,
    assignments: [wasm],
  });
  expect(result.files).toEqual({
    'generator.safetensors': expect.any(Number),
    'ema.safetensors': expect.any(Number),
  });
  await sample({ run, seed: 0, ema: true, statistics: 'running', perClass: 1 });
  const { config } = await loadRunConfig(run, [shapes]);
  await expect(train({ config, runFolder: run, resume: true })).rejects.toMatchObject({
    code: 'NO_DISCRIMINATOR',
  });
});

test('with data the classes have names', async () => {
  const run = join(folder, 'run');
  await importRun({ paths: [fixture], runFolder: run, assignments: [wasm, shapes], withData: true });
  const { state } = await latest(run, '00000002');
  expect((state as SessionState).data.classes).toEqual(['circle', 'star', 'square']);
});

test.each(['biggan-pytorch', 'safetensors'] as const)('export to %s and back is what it was', async (to) => {
  const [first, out, second] = ['first', 'out', 'second'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  await importFixture(first);
  const { files } = await exportRun({ run: first, to, out });
  expect(files).toHaveLength(4);
  if (to === 'biggan-pytorch') {
    const [theirs, ours] = [
      await readTorchFile(join(fixture, 'G.pth')),
      await readTorchFile(join(out, 'G.pth')),
    ];
    // In module order too, which is the order that optimizers number parameters by.
    expect(Object.keys(ours)).toEqual(Object.keys(theirs));
    expect(ours).toEqual(theirs);
  }
  await importRun({ paths: [out], runFolder: second, assignments: [wasm] });
  const step = to === 'safetensors' ? '00000002' : '00000000';
  const [a, b] = [await latest(first, '00000002'), await latest(second, step)];
  for (const name of ['generator', 'discriminator', 'ema'])
    expect(b.tensorFiles[`${name}.safetensors`]).toEqual(a.tensorFiles[`${name}.safetensors`]);
  await expect(exportRun({ run: first, to, out })).rejects.toMatchObject({ code: 'EXPORT_EXISTS' });
});

describe('bad input is a coded error, and nothing is imported', () => {
  const refused = async (
    paths: readonly string[],
    expected: object,
    ...assignments: Assignment[]
  ): Promise<void> => {
    const runFolder = join(folder, 'run');
    await expect(importRun({ paths, runFolder, assignments: [wasm, ...assignments] })).rejects.toMatchObject(
      expected,
    );
    expect(existsSync(runFolder)).toBe(false);
  };
  const withFiles = (files: Record<string, Buffer | string>): string => {
    const path = join(folder, 'weights');
    mkdirSync(path);
    for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content);
    return path;
  };
  const bytesOf = (name: string): Buffer => readFileSync(join(fixture, name));

  test('a pickle that is more than tensors', async () => {
    const path = withFiles({ 'D.pth': bytesOf('D.pth') });
    copyFileSync(join(fixture, '../../../torch-files/fixtures/module.zip.pth'), join(path, 'G.pth'));
    await refused([path], { code: 'TORCH_GLOBAL_REFUSED' });
  });

  test('a zip that is cut short', async () => {
    const bytes = bytesOf('D.pth');
    const path = withFiles({ 'G.pth': bytesOf('G.pth'), 'D.pth': bytes.subarray(0, bytes.length - 100) });
    await refused([path], { code: 'TORCH_FILE_DAMAGED' });
  });

  test('weights of other networks than the config: all names at once', async () => {
    const message = expect.stringMatching(
      /of another shape[^]*shared\.weight F32 \[3, 2\]: expected shared\.weight \[3, 7\][^]*blocks\.2\.0\.bn2\.bias\.weight/,
    );
    await refused([fixture], { code: 'WEIGHTS_MISMATCH', message }, set('generator.sharedSize', 7));
  });

  test('flags of another number of classes', async () => {
    const flags = { model: 'BigGAN', resolution: 32, n_classes: 10, G_ch: 1, D_ch: 1 };
    const path = withFiles({ 'G.pth': bytesOf('G.pth'), 'config.json': JSON.stringify(flags) });
    await refused([path], {
      code: 'CLASSES_DIFFER',
      message: `classes: expected the 3 that ${join(path, 'G.pth')} has, got 10 in ${join(path, 'config.json')}`,
    });
  });

  test('data of another number of classes', async () => {
    const runFolder = join(folder, 'run');
    const data = set('data', { use: 'shapes', count: 4, shapes: ['circle', 'star'] });
    await expect(
      importRun({ paths: [fixture], runFolder, assignments: [wasm, data], withData: true }),
    ).rejects.toMatchObject({ code: 'CLASSES_DIFFER' });
    expect(existsSync(runFolder)).toBe(false);
  });

  test('an optimizer of other weights', async () => {
    const path = withFiles({ 'G.pth': bytesOf('G.pth'), 'G_optim.pth': bytesOf('D_optim.pth') });
    await refused([path], { code: 'NOT_ADAM' });
  });

  test('no weights, several sets of them, no generator, a run', async () => {
    await refused([join(folder, 'nowhere')], { code: 'WEIGHTS_NOT_FOUND' });
    const path = withFiles({ 'notes.txt': 'none' });
    await refused([path], { code: 'WEIGHTS_NOT_FOUND' });
    writeFileSync(join(path, 'G_best0.pth'), bytesOf('G.pth'));
    writeFileSync(join(path, 'G_best1.pth'), bytesOf('G.pth'));
    await refused([path], { code: 'AMBIGUOUS_WEIGHTS', message: expect.stringContaining('best0, best1') });
    await refused([join(fixture, 'D.pth')], { code: 'NO_GENERATOR' });
    await refused([join(path, 'G_best0.pth'), join(path, 'G_best1.pth')], { code: 'TWO_OF_ONE' });
    const run = join(folder, 'other');
    await importFixture(run);
    await refused([run], { code: 'ALREADY_A_RUN' });
  });
});
