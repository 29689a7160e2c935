import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConfigDocument } from '@ganymede/config';
import { conditionsOf } from '@ganymede/evaluation';
import { exportRun } from '@ganymede/importers';
import type { SampleOptions } from '@ganymede/sampling';
import { evaluateRun, importRun, resolveConfig, sample, train, trainExtractor } from '../../operations.js';

/** Everything is run for real, on the smallest networks, by the engine that npm alone brings. */
const patience = 300_000;
const backend = { use: 'wasm', threads: 1 };
const shapes = { use: 'shapes', count: 60, shapes: ['circle', 'star'] };
const biggan = { use: 'biggan', channels: 2, attention: [] };
const recipe: ConfigDocument = {
  backend,
  data: shapes,
  heldOut: 20,
  generator: { ...biggan, latentSize: 4, hierarchical: false, sharedEmbedding: false },
  discriminator: biggan,
  steps: 4,
  batchSize: 2,
  ema: { decay: 0.5, start: 1 },
  sample: { every: 100, perClass: 2 },
  checkpoint: { every: 4, keepLast: 1 },
};
const drs = { use: 'drs', burnIn: 40, percentile: 50 };
const ddls = { use: 'ddls', steps: 3 };
const base: Omit<SampleOptions, 'run'> = {
  perClass: 3,
  seed: 5,
  ema: true,
  statistics: 'running',
  batchSize: 4,
};

let folder: string;
let run: string;
let cacheBefore: string | undefined;
const draw = (options: Partial<SampleOptions> = {}) => sample({ ...base, run, ...options });

async function trained(name: string, changes: ConfigDocument): Promise<string> {
  const { config } = await resolveConfig({ document: { ...recipe, ...changes } });
  const { runFolder } = await train({ config, runFolder: join(folder, name), resume: false });
  return runFolder;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'samplers-'));
  cacheBefore = process.env['XDG_CACHE_HOME'];
  process.env['XDG_CACHE_HOME'] = join(folder, 'cache');
  run = await trained('run', {});
}, patience);
afterAll(async () => {
  if (cacheBefore === undefined) delete process.env['XDG_CACHE_HOME'];
  else process.env['XDG_CACHE_HOME'] = cacheBefore;
  await rm(folder, { recursive: true });
});

/** Share of bytes that differ by more than rounding. */
const differing = (a: Uint8Array, b: Uint8Array): number =>
  a.filter((value, i) => Math.abs(value - b[i]!) > 1).length / a.length;

test.each([drs, ddls])(
  'sample with $use: by the seed, other images than without, whatever the batch size',
  async (sampler) => {
    const plain = await draw();
    expect(plain.sampling).toBeUndefined();
    const told: string[] = [];
    const first = await draw({ sampler, onSampling: (text) => told.push(text) });
    expect(first.labels).toEqual(plain.labels);
    expect(differing(first.images, plain.images)).toBeGreaterThan(0.1);
    expect((await draw({ sampler })).images).toEqual(first.images);
    expect(differing((await draw({ sampler, batchSize: 3 })).images, first.images)).toBeLessThan(0.001);
    expect(differing((await draw({ sampler, seed: 6 })).images, first.images)).toBeGreaterThan(0.1);
    expect(new Set(told)).toEqual(
      new Set([
        'D on generated images',
        'D on real images',
        sampler.use === 'drs' ? 'drawing by rejection' : 'drawing by Langevin steps',
      ]),
    );
    // Every option, and whose images D was calibrated with: those that the run holds out.
    expect(first.sampling).toMatchObject({
      sampler: { ...sampler, calibration: 'logistic', calibrationImages: 10_000 },
      report: { calibrationHeldOut: true, calibrationImages: 20 },
      cautions: expect.arrayContaining([expect.objectContaining({ code: 'sampler-few-images' })]),
    });
  },
  patience,
);

test('rejection chooses among what the prior or a truncation draws, and takes what D likes', async () => {
  const truncation = { use: 'std', threshold: 0.5 };
  const cut = await draw({ sampler: drs, truncation });
  expect(differing(cut.images, (await draw({ sampler: drs })).images)).toBeGreaterThan(0.1);
  expect(differing(cut.images, (await draw({ truncation })).images)).toBeGreaterThan(0.1);
  const { report } = cut.sampling!;
  expect(report['acceptanceRate']).toBe(6 / Number(report['draws']));
  await expect(draw({ sampler: ddls, truncation: { use: 'resample', threshold: 1 } })).rejects.toMatchObject({
    code: 'NO_LATENT_DENSITY',
  });
});

test('without images held out D is asked by those that it was trained on, and a caution says so', async () => {
  const whole = await trained('whole', { heldOut: 0 });
  const { sampling } = await draw({ run: whole, sampler: drs });
  expect(sampling!.report).toMatchObject({ calibrationHeldOut: false, calibrationImages: 60 });
  expect(sampling!.cautions.map(({ code }) => code)).toContain('sampler-seen-images');
}, 60_000);

test('what does not go together is refused with a code', async () => {
  await expect(draw({ sampler: drs, mixture: { circle: 1 } })).rejects.toMatchObject({
    code: 'BAD_ARGUMENTS',
  });
  await expect(draw({ sampler: drs, latents: 'x.safetensors' })).rejects.toMatchObject({
    code: 'BAD_ARGUMENTS',
  });
  await expect(draw({ sampler: { use: 'drs', percentil: 3 } })).rejects.toMatchObject({ code: 'BAD_OPTION' });
  await expect(draw({ sampler: { use: 'dsr' } })).rejects.toMatchObject({ code: 'UNKNOWN_COMPONENT' });
  // Weights of the generator alone.
  const out = join(folder, 'exported');
  await exportRun({ run, to: 'safetensors', out });
  const imported = join(folder, 'imported');
  await rm(join(out, 'discriminator.safetensors'));
  await importRun({ paths: [out], runFolder: imported, assignments: [] });
  await expect(draw({ run: imported, sampler: drs })).rejects.toMatchObject({ code: 'NO_DISCRIMINATOR' });
  await expect(evaluateRun({ run: imported, sampler: drs, samples: 4 })).rejects.toMatchObject({
    code: 'NO_DISCRIMINATOR',
  });
}, 60_000);

test('an evaluation says the sampler with every option, and is no column with one without', async () => {
  const extractor = { use: 'trained-classifier', weights: join(folder, 'extractor.safetensors') };
  await trainExtractor({
    data: shapes,
    resolution: 32,
    out: extractor.weights,
    steps: 12,
    batchSize: 8,
    width: 2,
    backend,
    precision: 'float32',
  });
  const options = { run, extractor, samples: 12, metrics: [{ use: 'fid' }], seed: 3 };
  const parts = new Set<string>();
  const { evaluation } = await evaluateRun({
    ...options,
    sampler: drs,
    onProgress: (event) => parts.add(event.part === 'sampler' ? event.text : event.part),
  });
  const plain = (await evaluateRun(options)).evaluation;
  expect(evaluation.manifest.sampling).toMatchObject({
    sampler: 'drs',
    'sampler.burnIn': 40,
    'sampler.percentile': 50,
    'sampler.attempts': 1000,
    'sampler.calibration': 'logistic',
  });
  expect(evaluation.manifest.environment).toMatchObject({
    'sampler.acceptanceRate': expect.any(Number),
    'sampler.calibrationHeldOut': true,
  });
  expect(plain.manifest.sampling).not.toHaveProperty('sampler');
  expect(conditionsOf(evaluation, 'fid')).not.toEqual(conditionsOf(plain, 'fid'));
  expect(evaluation.numbers['fid']).not.toBe(plain.numbers['fid']);
  expect(evaluation.cautions).toContainEqual(
    expect.objectContaining({ code: 'sampler-few-images', numbers: ['fid'] }),
  );
  expect(parts).toContain('drawing by rejection');
  const again = await evaluateRun({ ...options, sampler: drs });
  expect(again.evaluation.numbers).toEqual(evaluation.numbers);
  expect(again.evaluation.manifest).toEqual(evaluation.manifest);
}, 120_000);
