import { readSafetensors, writeSafetensors } from '@ganymede/checkpoints';
import { readTorchFile, writeTorchFile } from '@ganymede/torch-files';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backends, runParity } from './run-parity.js';

/** Made by BigGAN-PyTorch: see make-fixture.py. */
const fixture = join(__dirname, 'fixture');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ganymede-parity-'));
  cpSync(fixture, folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Adds to one entry of a tensor. */
async function perturb(file: string, name: string, difference: number): Promise<void> {
  const path = join(folder, file);
  const tensors = await readTorchFile(path);
  const { data } = tensors[name] as { data: Float32Array };
  data[0]! += difference;
  await writeTorchFile(path, tensors);
}

test.each(backends)(
  '%s: a fixture passes: every stage, gradient, statistic and change',
  (backend) => {
    const { status, all } = runParity(folder, backend);
    expect({ status, all }).toEqual({
      status: 0,
      all: expect.stringContaining('parity: all within their bounds'),
    });
    for (const line of [
      'g_eval',
      'd_eval',
      'g_train',
      'd_fake',
      'loss_g',
      'gradient D.embed.weight',
      'state G.linear.u0',
    ])
      expect(all).toContain(`ok   ${line}`);
  },
  300_000,
);

test('one perturbed weight of the generator fails', async () => {
  await perturb('G.pth', 'linear.weight', 0.01);
  const { status, failed } = runParity(folder);
  expect(status).toBe(1);
  expect(failed).toEqual(expect.arrayContaining(['g_eval', 'g_train']));
}, 300_000);

test('so does one of the discriminator', async () => {
  await perturb('D.pth', 'blocks.0.0.conv1.weight', 0.01);
  const { status, failed } = runParity(folder);
  expect(status).toBe(1);
  expect(failed).toEqual(expect.arrayContaining(['d_eval', 'd_fake']));
  expect(failed).not.toContain('g_eval');
}, 300_000);

test('one wrong entry of a gradient fails, and is not taken for a ReLU on the edge', async () => {
  const path = join(folder, 'grads.safetensors');
  const tensors = await readSafetensors(path);
  const { data } = tensors['G.blocks.1.0.conv1.weight'] as { data: Float32Array };
  const largest = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  data[5]! += 0.01 * largest;
  await writeSafetensors(path, tensors);
  const { status, failed, all } = runParity(folder);
  expect(status).toBe(1);
  expect(all).toContain('FAIL gradient G.blocks.1.0.conv1.weight');
  expect(failed).toEqual(['gradient']);
}, 300_000);
