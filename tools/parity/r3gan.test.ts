import { readSafetensors, writeSafetensors } from '@ganymede/checkpoints';
import { convertR3Gan, exportR3Gan } from '@ganymede/importers';
import { readTorchFile, writeTorchFile } from '@ganymede/torch-files';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backends, runParity } from './run-parity.js';

/** Made by R3GAN: see make-r3gan-fixture.py. */
const fixture = join(__dirname, 'r3gan-fixture');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ganymede-parity-'));
  cpSync(fixture, folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test.each(backends)(
  '%s: the fixture passes: images, logits, penalties, losses and every gradient',
  (backend) => {
    const { status, all } = runParity(folder, backend);
    expect({ status, all }).toEqual({
      status: 0,
      all: expect.stringContaining('parity: all within their bounds'),
    });
    for (const line of [
      'g ',
      'd_real',
      'r2',
      'loss_d',
      'gradient D.MainLayers.0.Layers.0.LinearLayer2.Layer.weight',
      'gradient G.EmbeddingLayer.weight',
    ])
      expect(all).toContain(`ok   ${line}`);
  },
  300_000,
);

test('one perturbed weight of D fails, and one wrong entry of a gradient', async () => {
  const weights = await readTorchFile(join(folder, 'D.pth'));
  const name = 'MainLayers.1.Layers.0.LinearLayer2.Layer.weight';
  (weights[name] as { data: Float32Array }).data[0]! += 0.05;
  await writeTorchFile(join(folder, 'D.pth'), weights);
  const gradients = await readSafetensors(join(folder, 'grads.safetensors'));
  const ofG = 'G.MainLayers.1.Layers.1.LinearLayer2.Layer.weight';
  const { data } = gradients[ofG] as { data: Float32Array };
  data[5]! += 0.01 * data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  await writeSafetensors(join(folder, 'grads.safetensors'), gradients);
  const { status, all } = runParity(folder);
  expect(status).toBe(1);
  for (const line of ['d_real', 'r1', 'r2', `gradient ${ofG}`]) expect(all).toContain(`FAIL ${line}`);
  expect(all).toContain('ok   g ');
}, 300_000);

test.each(['G', 'D'])(
  '%s goes in and out as it came, with the buffers that R3GAN loads strictly',
  async (network) => {
    const theirs = await readTorchFile(join(fixture, `${network}.pth`));
    const ours = convertR3Gan(theirs);
    const back = exportR3Gan(ours);
    expect(Object.keys(back).sort()).toEqual(Object.keys(theirs).sort());
    for (const [name, tensor] of Object.entries(theirs)) {
      expect(back[name]!.shape).toEqual(tensor.shape);
      expect(back[name]!.data).toEqual(tensor.data);
    }
  },
);
