import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readBest, readEvaluations, readSafetensors } from '@ganymede/checkpoints';
import {
  defineComponent,
  definePlugin,
  RandomStream,
  type EvaluatedNumber,
  type Stabilizer,
} from '@ganymede/core';
import sharp from 'sharp';
import { z } from 'zod';
import type { ConfigDocument } from '@ganymede/config';
import { type TrainedExtractor, writeCurves, storedEvaluations, type Evaluation } from '@ganymede/evaluation';
import { imagePngs } from '@ganymede/figures';
import { exportRun } from '@ganymede/importers';
import { writeReport } from '@ganymede/report';
import { runOnnx } from '@ganymede/testing';
import {
  exportOnnx,
  resolveConfig,
  trainExtractor,
  importRun,
  sample,
  train,
  sweepTruncation,
  evaluateImages,
  evaluateRun,
} from '../../operations.js';

/** Everything is run for real, on the smallest networks, by the engine that npm alone brings. */
const patience = 300_000;
const shapes = { use: 'shapes', count: 60, shapes: ['circle', 'star'] };
const backend = { use: 'wasm', threads: 1 };
const metrics = ['fid', 'precision-recall', 'inception-score', 'intra-class-fid', 'sfid'].map((use) => ({
  use,
}));

let folder: string;
let cacheBefore: string | undefined;
let trained: TrainedExtractor;
let extractor: { use: string; weights: string };

const recipe = (changes: ConfigDocument): ConfigDocument => ({
  backend,
  data: shapes,
  generator: {
    use: 'biggan',
    channels: 2,
    latentSize: 4,
    hierarchical: false,
    sharedEmbedding: false,
    attention: [],
  },
  discriminator: { use: 'biggan', channels: 2, attention: [] },
  steps: 4,
  batchSize: 2,
  ema: { decay: 0.5, start: 1 },
  sample: { every: 100, perClass: 2 },
  log: { every: 1 },
  checkpoint: { every: 1, keepLast: 1 },
  ...changes,
});

async function run(name: string, changes: ConfigDocument): Promise<string> {
  const { config } = await resolveConfig({ document: recipe(changes) });
  const { runFolder } = await train({ config, runFolder: join(folder, name), resume: false });
  return runFolder;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganymede-evaluation-'));
  cacheBefore = process.env['XDG_CACHE_HOME'];
  process.env['XDG_CACHE_HOME'] = join(folder, 'cache');
  trained = await trainExtractor({
    data: shapes,
    resolution: 32,
    out: join(folder, 'classifier.safetensors'),
    steps: 12,
    batchSize: 8,
    width: 2,
    backend,
    precision: 'float32',
  });
  extractor = { use: 'trained-classifier', weights: trained.path };
}, patience);

afterAll(async () => {
  if (cacheBefore === undefined) delete process.env['XDG_CACHE_HOME'];
  else process.env['XDG_CACHE_HOME'] = cacheBefore;
  await rm(folder, { recursive: true });
});

test('a trained extractor says what it is', () => {
  expect(trained).toMatchObject({ classes: ['circle', 'star'], featureSize: 8 });
  expect(trained.heldOutAccuracy).toBeGreaterThanOrEqual(0);
  expect(trained.step).toBeGreaterThan(0);
});

test('an extractor needs two classes', async () => {
  const out = join(folder, 'none.safetensors');
  await expect(
    trainExtractor({ data: { ...shapes, shapes: ['circle'] }, out, backend, steps: 1, resolution: 32 }),
  ).rejects.toMatchObject({
    code: 'NOT_TRAINABLE',
    message: 'extractor: expected images of two classes or more, got 1',
  });
  expect(existsSync(out)).toBe(false);
});

describe('a run that is evaluated while it trains', () => {
  let evaluated: string;
  let plain: string;
  beforeAll(async () => {
    plain = await run('plain', {});
    evaluated = await run('evaluated', {
      metrics,
      featureExtractor: extractor,
      evaluate: { every: 2, samples: 20, best: 'precision' },
    });
  }, patience);

  test('is step by step the run without', async () => {
    for (const file of ['ema', 'generator', 'discriminator']) {
      const [ours, theirs] = await Promise.all(
        [evaluated, plain].map((one) =>
          readSafetensors(join(one, 'checkpoints', '00000004', `${file}.safetensors`)),
        ),
      );
      expect(ours).toEqual(theirs);
    }
  });

  test('is shown to stabilizers at the next step, in a run that was resumed there too', async () => {
    const seen: [step: number, evaluation: EvaluatedNumber | null][] = [];
    const watching: Stabilizer = {
      interval: 1,
      state: null,
      restore: () => undefined,
      observe: async ({ step, evaluation }) => {
        seen.push([step, evaluation]);
        return { action: { kind: 'continue' } };
      },
    };
    const options = z.strictObject({});
    const watcher = defineComponent({
      slot: 'stabilizer',
      id: 'watching',
      summary: 'Looks.',
      options,
      create: () => watching,
    });
    const plugin = definePlugin({ apiVersion: 1, name: 'watching', register: (to) => to.add(watcher) });
    const part = async (steps: number, resume: boolean): Promise<void> => {
      const evaluate = { every: 2, samples: 20, best: 'precision' };
      const document = { metrics, featureExtractor: extractor, evaluate, stabilizers: ['watching'], steps };
      const { config, plugins } = await resolveConfig({ document: recipe(document), plugins: [plugin] });
      await train({ config, plugins, runFolder: join(folder, 'watched'), resume });
    };
    await part(2, false);
    await part(3, true);
    const [stored] = await storedEvaluations([evaluated]);
    const value = stored!.evaluation.numbers['precision']!;
    expect(seen).toEqual([
      [1, null],
      [2, null],
      [3, { step: 2, name: 'precision', value, better: 'higher' }],
    ]);
  });

  test('leaves numbers with their manifest, and in the log', async () => {
    const all = await readEvaluations(evaluated);
    expect(all.map(({ name }) => name)).toEqual(['00000002-training', '00000004-training']);
    const { evaluation } = (await storedEvaluations([evaluated]))[0]!;
    expect(Object.keys(evaluation.numbers)).toEqual([
      'fid',
      'precision',
      'recall',
      'inceptionScore',
      'inceptionScoreStd',
      'intraClassFid',
      'worstClassFid',
      'sfid',
    ]);
    expect(evaluation.manifest.measurement).toMatchObject({
      extractor: 'trained-classifier',
      weightsSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      reference: 'shapes',
      referenceImages: 60,
      samples: 20,
    });
    expect(evaluation.manifest.sampling).toEqual({
      weights: 'ema',
      statistics: 'running',
      truncation: 'none',
    });
    expect(evaluation.manifest.metrics['inceptionScore']).toEqual({ metric: 'inception-score', splits: 10 });
    const log = await readFile(join(evaluated, 'events.jsonl'), 'utf8');
    expect(log).toContain(`"metric/fid":${evaluation.numbers['fid']!}`);
  });

  test('keeps the checkpoint of the best number beside the newest', async () => {
    const best = await readBest(evaluated);
    const numbers = (await storedEvaluations([evaluated])).map(
      ({ evaluation }) => evaluation.numbers['precision']!,
    );
    expect(best).toEqual({
      // The first of equals stays.
      step: numbers[1]! > numbers[0]! ? 4 : 2,
      number: 'precision',
      value: Math.max(...numbers),
    });
    const kept = (await readdir(join(evaluated, 'checkpoints'))).map(Number);
    expect(kept).toEqual(expect.arrayContaining([best!.step, 4]));
    const options = { run: evaluated, seed: 0, ema: true, statistics: 'running', perClass: 1 } as const;
    const images = await sample({ ...options, checkpoint: 'best' });
    expect(images.images).toEqual((await sample({ ...options, checkpoint: best!.step })).images);
    await expect(sample({ ...options, run: plain, checkpoint: 'best' })).rejects.toMatchObject({
      code: 'NO_BEST_CHECKPOINT',
    });
  });

  test('gives the same numbers when it is evaluated again', async () => {
    const stored = (await storedEvaluations([evaluated])).at(-1)!.evaluation;
    const { evaluation, path } = await evaluateRun({ run: evaluated, checkpoint: 4, samples: 20 });
    expect(evaluation.numbers).toEqual(stored.numbers);
    expect(evaluation.manifest.measurement).toEqual(stored.manifest.measurement);
    expect(path).toMatch(/evaluations\/00000004-[0-9a-f]{8}\.json$/);
  });

  test('other weights, truncation and statistics are in the manifest', async () => {
    const { evaluation } = await evaluateRun({
      run: evaluated,
      samples: 20,
      metrics: [{ use: 'fid' }],
      ema: false,
      statistics: 'standing',
      truncation: { use: 'resample', threshold: 0.5 },
      referenceSamples: 30,
      seed: 3,
      bootstrap: 5,
    });
    const { fid } = evaluation.intervals!;
    expect(fid!.standardError).toBeGreaterThan(0);
    expect(fid!.low).toBeLessThan(fid!.high);
    expect(Object.keys(evaluation.intervals!)).toEqual(['fid']);
    expect(evaluation.manifest.sampling).toEqual({
      weights: 'trained',
      statistics: 'standing (16 batches)',
      truncation: 'resample',
      threshold: 0.5,
    });
    expect(evaluation.manifest.measurement).toMatchObject({ referenceImages: 30 });
    expect(evaluation.manifest.environment).toMatchObject({ seed: 3 });
  });

  test(
    'a sweep of the threshold, its files, and the report',
    async () => {
      const curve = await sweepTruncation({
        run: evaluated,
        convention: 'resample',
        thresholds: [0.5, 1.5],
        samples: 20,
        metrics: [{ use: 'fid' }, { use: 'inception-score' }, { use: 'precision-recall' }],
      });
      expect(curve.steps.map(({ threshold }) => threshold)).toEqual([0.5, 1.5, null]);
      const values = curve.steps.map(({ evaluation }) => evaluation.numbers['fid']!);
      expect(new Set(values).size).toBe(3);
      const means = curve.steps.map(({ statistics }) =>
        Object.entries(statistics)
          .find(([name]) => name.endsWith('standingMean'))![1]
          .data.join(),
      );
      expect(new Set(means).size).toBe(3);

      const written = await writeCurves([curve], join(evaluated, 'truncation'), 'best-fid');
      // Three rows of ten images of both classes.
      expect(await sharp(written.sheets[0]).metadata()).toMatchObject({ width: 20 * 32, height: 3 * 32 });
      const rows = (await readFile(written.csv, 'utf8')).trim().split('\n');
      expect(rows[0]).toBe(
        'run,convention,threshold,fid,inceptionScore,inceptionScoreStd,precision,recall,saturation,saturated,cautions',
      );
      expect(rows.slice(1).map((row) => row.split(',').slice(0, 3).join())).toEqual([
        'evaluated,resample,0.5',
        'evaluated,resample,1.5',
        'evaluated,resample,none',
      ]);
      expect(await readFile(written.svg, 'utf8')).toMatch(
        /trained-classifier[^<]*; 20 generated images a point against 60 of .*standing \(16 batches\); weights ema/s,
      );

      const clean = curve.steps.filter(({ saturated }) => !saturated);
      const candidates = clean.length > 0 ? clean : curve.steps;
      const least = Math.min(...candidates.map(({ evaluation }) => evaluation.numbers['fid']!));
      const choice = JSON.parse(await readFile(written.chosen[0]!.path, 'utf8'));
      expect(choice.numbers.fid).toBe(least);
      expect(
        Object.keys(await readSafetensors(written.chosen[0]!.path.replace('.json', '.safetensors'))),
      ).toEqual(expect.arrayContaining([expect.stringMatching(/standingMean$/)]));

      // Exported with its statistics, the generator gives with running averages what was measured with standing ones.
      const [out, imported] = [join(folder, 'exported'), join(folder, 'imported')];
      const truncation = written.chosen[0]!.path;
      await exportRun({ run: evaluated, to: 'safetensors', out, truncation });
      expect(JSON.parse(await readFile(join(out, 'truncation.json'), 'utf8'))).toMatchObject({
        convention: 'resample',
        threshold: choice.threshold,
        numbers: choice.numbers,
      });
      const { notes } = await importRun({ paths: [out], runFolder: imported, assignments: [] });
      expect(notes[0]).toMatch(
        /^statistics of ema are those of truncation {"use":"resample"|^statistics of ema are those of truncation {"use":"none"/,
      );
      const again = await evaluateRun({
        run: imported,
        reference: shapes,
        ...(choice.threshold !== null && { truncation: { use: 'resample', threshold: choice.threshold } }),
        samples: 20,
        metrics: [{ use: 'fid' }, { use: 'inception-score' }, { use: 'precision-recall' }],
      });
      expect(again.evaluation.numbers).toEqual(choice.numbers);

      // A model of ONNX takes them too.
      const models: string[] = [];
      for (const options of [
        { run: evaluated, name: 'measured', truncation },
        { run: imported, name: 'imported' },
        { run: evaluated, name: 'whole' },
      ]) {
        const to = join(folder, `onnx-${options.name}`);
        await exportOnnx({ ...options, out: to });
        models.push(join(to, 'generator.onnx'));
      }
      const z = RandomStream.create(1, 'latents').normals(2 * 4);
      const inputs = {
        z: { type: 'float32', dims: [2, 4], data: [...z] },
        y: { type: 'int64', dims: [2], data: [0, 1] },
      } as const;
      const [ofMeasured, ofImported, ofWhole] = runOnnx(models.map((model) => ({ model, inputs })));
      expect(ofMeasured).toEqual(ofImported);
      expect(ofMeasured).not.toEqual(ofWhole);
      await expect(
        exportOnnx({
          ...{ run: evaluated, name: 'other', out: join(folder, 'onnx-other'), truncation },
          ema: choice.manifest.sampling.weights !== 'ema',
        }),
      ).rejects.toMatchObject({ code: 'TRUNCATION_OF_OTHER_WEIGHTS' });

      await expect(
        exportRun({ run: evaluated, to: 'safetensors', out: join(folder, 'x'), truncation: written.json }),
      ).rejects.toMatchObject({ code: 'TRUNCATION_DAMAGED' });
      const moved = { ...choice, step: Number(choice.step) + 1 };
      await writeFile(truncation, JSON.stringify(moved));
      await expect(
        exportRun({
          run: evaluated,
          to: 'safetensors',
          out: join(folder, 'x'),
          truncation,
          checkpoint: 'latest',
        }),
      ).rejects.toMatchObject({ code: 'TRUNCATION_OF_OTHER_STEP' });
      expect(existsSync(join(folder, 'x'))).toBe(false);

      const html = await readFile(await writeReport(evaluated), 'utf8');
      expect(html).toContain('data:image/png;base64,');
      expect(html).toContain('trained-classifier');
      expect(html).toContain('alt="samples by threshold"');
      expect(html).toMatch(/<svg[\s\S]*Precision and recall/);
      expect(html).toContain('uPlot');
      expect(html).toContain('Leon Sorokin');
      expect(html.match(/(?:src|href)="(?!data:)[^"]*"/g)).toBeNull();
    },
    patience,
  );

  test('too few images for a metric are refused when a run starts, and before any is measured', async () => {
    const metrics = [{ use: 'fid-infinity', least: 30 }];
    const tooFew = { code: 'TOO_FEW_IMAGES', message: 'fid-infinity: expected at least 31 images, got 20' };
    const start = run('few', { featureExtractor: extractor, metrics, evaluate: { every: 1, samples: 20 } });
    await expect(start).rejects.toMatchObject(tooFew);
    const measured: unknown[] = [];
    await expect(
      evaluateRun({ run: evaluated, metrics, samples: 20, onProgress: (event) => measured.push(event) }),
    ).rejects.toMatchObject(tooFew);
    expect(measured).not.toContainEqual(expect.objectContaining({ part: 'reference' }));
  });

  test('thresholds out of order are refused before anything is read', async () => {
    await expect(
      sweepTruncation({ run: 'nowhere', convention: 'resample', thresholds: [1, 0.5] }),
    ).rejects.toMatchObject({
      code: 'BAD_THRESHOLD',
      message: 'thresholds: expected positive numbers in ascending order, got 1, 0.5',
    });
  });
});

test('a run whose metric or best number does not exist fails when it starts', async () => {
  await expect(
    run('unknown', { featureExtractor: extractor, evaluate: { every: 1, best: 'fidd' } }),
  ).rejects.toMatchObject({
    code: 'UNKNOWN_NUMBER',
    message: 'evaluate.best: expected one of fid, got fidd',
    hint: expect.stringMatching(/Did you mean fid\?/),
  });
});

test(
  'two folders of images',
  async () => {
    const folders: string[] = [];
    for (const [name, shift] of [
      ['first', 0],
      ['second', 90],
    ] as const) {
      const path = join(folder, name);
      await mkdir(path);
      const random = RandomStream.create(shift, 'pixels');
      const pixels = Uint8Array.from(random.integers(12 * 16 * 16 * 3, 256 - shift));
      let i = 0;
      for await (const png of imagePngs(pixels, { height: 16, width: 16, channels: 3 }))
        await writeFile(join(path, `${i++}.png`), png);
      folders.push(path);
    }
    const [first, second] = folders.map((path) => ({ use: 'auto', path }));
    const evaluate = (real: typeof first, fake: typeof first) =>
      evaluateImages({
        real: real!,
        fake: fake!,
        metrics: [{ use: 'fid' }, { use: 'precision-recall' }],
        extractor,
        backend,
      });
    const same = await evaluate(first, first);
    expect(same.numbers).toMatchObject({ precision: 1, recall: 1 });
    expect(same.numbers['fid']).toBeLessThan(1e-6);
    const other = await evaluate(first, second);
    expect(other.numbers['fid']).toBeGreaterThan(1e-3);
    expect(other.manifest.measurement).toMatchObject({ referenceImages: 12, image: '16x16x3' });
    const large = join(folder, 'large');
    await mkdir(large);
    const images = imagePngs(new Uint8Array(24 * 24 * 3), { height: 24, width: 24, channels: 3 });
    for await (const png of images) await writeFile(join(large, 'a.png'), png);
    await expect(evaluate(first, { use: 'auto', path: large })).rejects.toMatchObject({
      code: 'IMAGE_SIZES_DIFFER',
      message: expect.stringMatching(/a\.png: expected images of 16 x 16, got 24 x 24/),
    });
  },
  patience,
);

test(
  'a reference that was replaced by images of the same names, sizes and times is another reference; a moved one is not',
  async () => {
    const write = async (name: string, value: number): Promise<string> => {
      const path = join(folder, name);
      await mkdir(path, { recursive: true });
      const pixels = Uint8Array.from(RandomStream.create(value, 'replaced').integers(12 * 768, 40)).map(
        (v) => v + value,
      );
      for (let i = 0; i < 12; i++) {
        const raw = { width: 16, height: 16, channels: 3 as const };
        const file = join(path, `${i}.png`);
        const before = await stat(file).catch(() => null);
        await writeFile(
          file,
          await sharp(pixels.subarray(i * 768, (i + 1) * 768), { raw })
            .png({ compressionLevel: 0 })
            .toBuffer(),
        );
        if (before) await utimes(file, before.atime, before.mtime);
        if (before) expect((await stat(file)).size).toBe(before.size);
      }
      return path;
    };
    const fake = await write('replaced-fake', 20);
    const real = await write('replaced-real', 30);
    const evaluate = async (path: string, cache = true): Promise<Evaluation> =>
      evaluateImages({
        real: { use: 'auto', path },
        fake: { use: 'auto', path: fake },
        metrics: [{ use: 'fid' }],
        extractor,
        backend,
        cache,
      });
    const first = await evaluate(real);
    await write('replaced-real', 200);
    const second = await evaluate(real);
    expect(second.numbers).toEqual((await evaluate(real, false)).numbers);
    expect(second.numbers['fid']).not.toBeCloseTo(first.numbers['fid']!, 2);
    await rename(real, join(folder, 'moved-real'));
    const references = join(folder, 'cache', 'ganymede', 'references');
    const kept = await readdir(references);
    const moved = await evaluate(join(folder, 'moved-real'));
    expect(moved.numbers).toEqual(second.numbers);
    expect(await readdir(references)).toEqual(kept);
  },
  patience,
);

test('images without a size of their own are not measured at a size that nobody gave', async () => {
  await expect(
    evaluateImages({ real: shapes, fake: shapes, metrics: [{ use: 'fid' }], extractor, backend }),
  ).rejects.toMatchObject({ code: 'RESOLUTION_UNKNOWN' });
});
