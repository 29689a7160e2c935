import { readCheckpoint, readRunConfig, readSafetensors } from '@ganymede/checkpoints';
import type { ResolvedConfig } from '@ganymede/config';
import { disposeNetwork, evaluationCall } from '@ganymede/core';
import { assignVariables, createGenerator, hostFloats } from '@ganymede/runs';
import { averagedVariables } from '@ganymede/trainer';
import * as tf from '@tensorflow/tfjs';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createContainer } from '../../container.js';
import { importRun } from '../../operations.js';

/** Made by R3GAN's own code: see make-r3gan.py beside it. */
const fixtures = resolve(__dirname, '../../../../importers/fixtures/r3gan');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ganymede-r3gan-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const assignments = [{ path: ['backend'], value: { use: 'wasm', threads: 1 }, flag: 'backend' }];
const imported = (name: string): ReturnType<typeof importRun> =>
  importRun({ paths: [join(fixtures, name)], runFolder: join(folder, 'run'), assignments });

/** How far images of a checkpoint's file are from theirs, at most. */
async function distance(file: string, expected: string): Promise<number> {
  const run = join(folder, 'run');
  const config = (await readRunConfig(run)) as ResolvedConfig;
  const { tensorFiles } = await readCheckpoint(join(run, 'checkpoints', '00000000'));
  const io = await readSafetensors(join(fixtures, 'io.safetensors'));
  const container = await createContainer();
  const backend = container.resolve('backend', { use: 'wasm', threads: 1 });
  await backend.activate();
  const generator = createGenerator(container.resolve('generator', config.generator), {
    imageShape: { height: 16, width: 16, channels: 3 },
    classes: 3,
    seed: 0,
  });
  try {
    assignVariables(file, averagedVariables(generator), hostFloats(tensorFiles[file]!));
    return tf.tidy(() => {
      const z = tf.tensor2d(io['z']!.data as Float32Array, [4, 8]);
      const y = tf.tensor1d(io['y']!.data as Int32Array, 'int32');
      const images = tf.transpose(generator.generate(z, y, evaluationCall), [0, 3, 1, 2]);
      const theirs = tf.tensor(io[expected]!.data as Float32Array, images.shape);
      expect(theirs.abs().max().dataSync()[0]).toBeGreaterThan(0.5);
      return images.sub(theirs).abs().max().dataSync()[0]!;
    });
  } finally {
    disposeNetwork(generator);
    backend.dispose();
  }
}

test('a snapshot becomes a run: three networks, and the images of its own code within 1e-4', async () => {
  const result = await imported('network-snapshot.pkl');
  expect(result).toMatchObject({ format: 'R3GAN', step: 0, classes: 3 });
  expect(result.notes).toContainEqual(expect.stringContaining('trained on 1536 images'));
  const shared = { use: 'r3gan', channels: 16, fullWidthTo: 8, blocks: 2, expansion: 2, groupChannels: 4 };
  expect(await readRunConfig(join(folder, 'run'))).toMatchObject({
    resolution: 16,
    channels: 3,
    loss: { use: 'relativistic-pair' },
    generator: { ...shared, latentSize: 8, embeddingSize: 8 },
    discriminator: shared,
  });
  expect(await distance('generator.safetensors', 'g')).toBeLessThan(1e-4);
  expect(await distance('ema.safetensors', 'g_ema')).toBeLessThan(1e-4);
  expect(await distance('generator.safetensors', 'g_ema')).toBeGreaterThan(1e-2);
}, 60_000);

test('one of a class that carries its source: the average alone, sampled as the generator', async () => {
  const result = await imported('persistent.pkl');
  expect(result.notes).toContainEqual(expect.stringContaining('its moving average takes its place'));
  expect(await distance('generator.safetensors', 'g_ema')).toBeLessThan(1e-4);
}, 60_000);

test('a pickle that runs a command is refused by name, and nothing is run', async () => {
  await expect(imported('hostile.pkl')).rejects.toMatchObject({
    code: 'TORCH_GLOBAL_REFUSED',
    message: expect.stringMatching(/(posix|os)\.system/),
  });
  expect(existsSync('ganymede-was-here')).toBe(false);
  expect(existsSync(join(folder, 'run'))).toBe(false);
});

test('two snapshots at once are one too many', async () => {
  const copy = join(folder, 'other.pkl');
  copyFileSync(join(fixtures, 'persistent.pkl'), copy);
  const paths = [join(fixtures, 'persistent.pkl'), copy];
  await expect(importRun({ paths, runFolder: join(folder, 'run'), assignments })).rejects.toMatchObject({
    code: 'TWO_OF_ONE',
  });
});
