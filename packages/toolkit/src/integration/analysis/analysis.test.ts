import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSafetensors } from '@ganymede/checkpoints';
import { ShapesDataset, shapeNames } from '@ganymede/shapes';
import sharp from 'sharp';
import type { ConfigDocument } from '@ganymede/config';
import { writeReport } from '@ganymede/report';
import { storedAnalyses } from '@ganymede/analysis';
import {
  resolveConfig,
  trainExtractor,
  interpolate,
  sample,
  train,
  analyzeDirections,
  analyzeLogits,
  analyzeNeighbours,
  projectImages,
  analyzeSpectrum,
} from '../../operations.js';

/** Everything is run for real, on the smallest networks, by the engine that npm alone brings. */
const patience = 300_000;
const shapes = { use: 'shapes', count: 60, shapes: ['circle', 'star'] };
const backend = { use: 'wasm', threads: 1 };

let folder: string;
let run: string;
let cacheBefore: string | undefined;
let extractor: { use: string; weights: string };

const recipe: ConfigDocument = {
  backend,
  data: shapes,
  heldOut: 20,
  generator: { use: 'biggan', channels: 2, latentSize: 8, sharedSize: 4, attention: [] },
  discriminator: { use: 'biggan', channels: 2, attention: [] },
  steps: 2,
  batchSize: 2,
  ema: { decay: 0.5, start: 1 },
  sample: { every: 100, perClass: 2 },
  log: { every: 1 },
};

/** Every file of the run but the analyses, with its bytes. */
async function contents(): Promise<Record<string, string>> {
  const files = (await readdir(run, { recursive: true, withFileTypes: true })).filter(
    (entry) => entry.isFile() && !entry.parentPath.includes('analysis'),
  );
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  return Object.fromEntries(
    await Promise.all(paths.map(async (path) => [path, (await readFile(path)).toString('base64')] as const)),
  );
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganymede-analysis-'));
  cacheBefore = process.env['XDG_CACHE_HOME'];
  process.env['XDG_CACHE_HOME'] = join(folder, 'cache');
  const { config } = await resolveConfig({ document: recipe });
  run = (await train({ config, runFolder: join(folder, 'run'), resume: false })).runFolder;
  const trained = await trainExtractor({
    data: shapes,
    resolution: 32,
    out: join(folder, 'classifier.safetensors'),
    steps: 3,
    batchSize: 4,
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

test(
  'neighbours in both spaces, beside those of held-out images',
  async () => {
    const before = await contents();
    const { analysis, files } = await analyzeNeighbours({
      run,
      extractor,
      samples: 12,
      neighbours: 2,
      shown: 3,
    });
    expect(await contents()).toEqual(before);
    expect(analysis.conditions).toMatchObject({
      extractor: 'trained-classifier',
      spaces: 'features,pixels',
      training: 'shapes, training',
      reference: 'shapes, held out',
      referenceImages: 12,
      weights: 'ema',
    });
    expect(files.map((file) => file.replace(/^.*-[0-9a-f]{8}-/, ''))).toEqual([
      'features.png',
      'pixels.png',
      'distances.svg',
    ]);
    const { spaces, labels } = analysis.details;
    expect(labels).toHaveLength(12);
    expect(spaces.features!.distances.flat().every((value) => value >= 0)).toBe(true);
    expect(spaces.pixels!.reference).toHaveLength(12);
    // 40 training images of 60; each has two different neighbours among them, the nearer one first.
    for (const [i, near] of spaces.pixels!.nearest.entries()) {
      expect(new Set(near).size).toBe(2);
      expect(near.every((index) => index >= 0 && index < 40)).toBe(true);
      expect(spaces.pixels!.distances[i]![0]!).toBeLessThanOrEqual(spaces.pixels!.distances[i]![1]!);
    }
  },
  patience,
);

test(
  'neighbours within a class, against the training images themselves where nothing is held out',
  async () => {
    const { config } = await resolveConfig({ document: { ...recipe, heldOut: 0, steps: 1 } });
    const { runFolder } = await train({ config, runFolder: join(folder, 'whole'), resume: false });
    const { analysis } = await analyzeNeighbours({
      run: runFolder,
      spaces: ['pixels'],
      samples: 6,
      neighbours: 3,
      withinClass: true,
      classes: ['star'],
    });
    const { spaces, labels } = analysis.details;
    expect(new Set(labels)).toEqual(new Set([1]));
    // Shapes alternate: stars have the odd numbers.
    expect(spaces.pixels!.nearest.flat().every((index) => index % 2 === 1)).toBe(true);
    // No training image is its own neighbour, which would lie at 0.
    expect(Math.min(...spaces.pixels!.reference)).toBeGreaterThan(0);
    expect(analysis.conditions['reference']).toBe('training images, each among the others');
    expect(Object.keys(spaces)).toEqual(['pixels']);
  },
  patience,
);

test(
  'held-out images of other classes are refused',
  async () => {
    const heldOut = { use: 'shapes', count: 9, shapes: ['circle', 'star', 'heart'] };
    await expect(analyzeLogits({ run, heldOut })).rejects.toMatchObject({
      code: 'CLASSES_DIFFER',
      message: 'shapes: expected the 2 classes of the run, got 3 with heart, which it does not have',
    });
  },
  patience,
);

test(
  'logits: three sets, shares in [0, 1], a histogram whose areas are 1',
  async () => {
    const before = await contents();
    const { analysis, path } = await analyzeLogits({ run, samples: 30, ema: false });
    expect(await contents()).toEqual(before);
    const { histogram, sets } = analysis.details;
    expect(Object.values(sets).map((set) => set.count)).toEqual([30, 20, 30]);
    expect(Object.values(analysis.numbers).every((share) => share >= 0 && share <= 1)).toBe(true);
    const width = histogram.edges[1]! - histogram.edges[0]!;
    for (const { values } of histogram.densities)
      expect(values.reduce((a, b) => a + b, 0) * width).toBeCloseTo(1, 9);
    expect(analysis.conditions['weights']).toBe('trained');
    const means = sets.generated!.classMeans as number[];
    const [low, high] = [Math.min(...means), Math.max(...means)];
    expect(sets.generated!.mean).toBeGreaterThanOrEqual(low);
    expect(sets.generated!.mean).toBeLessThanOrEqual(high);
    // The same again replaces its files.
    const again = await analyzeLogits({ run, samples: 30, ema: false });
    expect([again.path, again.analysis.details]).toEqual([path, analysis.details]);
  },
  patience,
);

test(
  'spectrum: rings and planes agree with the variance of the images',
  async () => {
    const { analysis, files } = await analyzeSpectrum({ run, samples: 40 });
    const { frequencies, real, planes, halves, numbers } = analysis.details;
    expect(frequencies.at(-1)).toBeCloseTo(23 / 32, 12);
    expect(real).toHaveLength(frequencies.length);
    expect(planes.real).toHaveLength(32 * 32);
    // Real spectra of real images are symmetric about the middle.
    const at = (u: number, v: number): number => planes.real[(16 + u) * 32 + 16 + v]!;
    expect(at(3, -5)).toBeCloseTo(at(-3, 5), 2);
    expect(halves).toHaveLength(frequencies.length);
    expect(numbers.difference).toBeGreaterThan(0);
    expect(files).toHaveLength(2);
  },
  patience,
);

test(
  'directions: of each chunk, orthogonal, and images change along them',
  async () => {
    const before = await contents();
    const { analysis, files } = await analyzeDirections({ run, directions: 2, steps: 3, images: 1 });
    expect(await contents()).toEqual(before);
    const { directions, offsets } = analysis.details;
    expect(directions.map(({ start, size, places, number }) => [start, size, places.join(), number])).toEqual(
      [
        [0, 2, 'linear', 1],
        [0, 2, 'linear', 2],
        [2, 2, 'blocks.0', 1],
        [2, 2, 'blocks.0', 2],
        [4, 2, 'blocks.1', 1],
        [4, 2, 'blocks.1', 2],
        [6, 2, 'blocks.2', 1],
        [6, 2, 'blocks.2', 2],
      ],
    );
    for (const a of directions)
      for (const b of directions) {
        const product = a.vector.reduce((sum, value, i) => sum + value * b.vector[i]!, 0);
        expect(product).toBeCloseTo(a === b ? 1 : 0, 6);
      }
    expect(offsets[1]).toBeCloseTo(0, 12);
    expect(offsets[2]).toBeGreaterThan(2.5);
    const { width } = await sharp(files[0]).metadata();
    expect(width).toBeGreaterThan(3 * 72);
    await expect(analyzeDirections({ run, places: ['block.1'] })).rejects.toMatchObject({
      code: 'BAD_ARGUMENTS',
      message: 'places: expected some of linear, blocks.0, blocks.1, blocks.2, got block.1',
    });
    await expect(analyzeDirections({ run, steps: 4 })).rejects.toMatchObject({ code: 'BAD_COUNT' });
  },
  patience,
);

describe('projection', () => {
  let target: string;
  beforeAll(async () => {
    const [size, options] = [32, { count: 4, seed: 3, shapes: [...shapeNames], memoryMiB: 1 }];
    const image = await new ShapesDataset(options, size, 3).read([1]);
    target = join(folder, 'target.png');
    await sharp(image, { raw: { width: size, height: size, channels: 3 } })
      .png()
      .toFile(target);
  });

  test(
    'comes nearer with every restart, the best first, the same from the same seed',
    async () => {
      const before = await contents();
      const options = { run, images: [target, target], extractor, steps: 12, restarts: 2 };
      const { analysis, latents } = await projectImages(options);
      expect(await contents()).toEqual(before);
      const [first] = analysis.details.targets;
      expect(first!.curve).toHaveLength(13);
      expect(first!.curve.at(-1)!).toBeLessThan(first!.curve[0]!);
      expect(first!.restarts[0]!).toBeLessThanOrEqual(first!.restarts[1]!);
      expect(first!.psnr).toBeGreaterThan(0);
      const tensors = await readSafetensors(latents);
      expect(tensors['z']!.shape).toEqual([2, 8]);
      const weights = tensors['classWeights']!.data as Float32Array;
      expect(weights[0]! + weights[1]!).toBeCloseTo(1, 5);

      // Twice the same image, twice the same latents; and the same alone, from the same seed.
      const z = tensors['z']!.data as Float32Array;
      expect(z.subarray(8)).toEqual(z.subarray(0, 8));
      const again = await projectImages({ ...options, images: [target], out: join(folder, 'again') });
      const alone = (await readSafetensors(again.latents))['z']!.data as Float32Array;
      expect(again.analysis.details.targets[0]!.loss).toBeCloseTo(first!.loss, 5);
      for (let i = 0; i < 8; i++) expect(alone[i]!).toBeCloseTo(z[i]!, 3);

      const made = await sample({ run, latents, seed: 0, ema: true, statistics: 'running' });
      expect(made.labels).toHaveLength(2);
      const walk = await interpolate({ run, latents, steps: 3 });
      expect([walk.paths, walk.steps]).toEqual([1, 3]);
      expect(walk.images.subarray(0, 3072)).toEqual(made.images.subarray(0, 3072));
    },
    patience,
  );

  test(
    'an image of the generator itself is found again',
    async () => {
      const own = await sample({ run, perClass: 1, seed: 4, ema: true, statistics: 'running' });
      const path = join(folder, 'own.png');
      await sharp(own.images.slice(0, 3072), { raw: { width: 32, height: 32, channels: 3 } })
        .png()
        .toFile(path);
      const { analysis } = await projectImages({
        run,
        images: [path],
        class: 'circle',
        steps: 60,
        restarts: 3,
        learningRate: 0.2,
      });
      const { curve, psnr } = analysis.details.targets[0]!;
      expect(curve.at(-1)!).toBeLessThan(0.1 * curve[0]!);
      expect(psnr).toBeGreaterThan(25);
    },
    patience,
  );

  test('says what is wrong', async () => {
    const broken = join(folder, 'broken.png');
    await writeFile(broken, 'no image');
    await expect(projectImages({ run, images: [broken] })).rejects.toMatchObject({
      code: 'DATASET_BAD_IMAGE',
      message: expect.stringContaining(broken),
    });
    await expect(projectImages({ run, images: [target], class: 'heart' })).rejects.toMatchObject({
      code: 'UNKNOWN_CLASS',
    });
    await expect(
      sample({ run, latents: extractor.weights, seed: 0, ema: true, statistics: 'running' }),
    ).rejects.toMatchObject({ code: 'LATENTS_DO_NOT_FIT' });
  });
});

test('the report shows all of them; a damaged one is named', async () => {
  const all = await storedAnalyses(run);
  expect(new Set(all.map(({ analysis }) => analysis.kind))).toEqual(
    new Set(['neighbours', 'logits', 'spectrum', 'directions', 'projection']),
  );
  const page = await readFile(await writeReport(run, join(folder, 'report.html')), 'utf8');
  for (const heading of ['Nearest training images', 'Power spectra', 'Directions of z', 'Projected images'])
    expect(page).toContain(`<h2>${heading}</h2>`);
  for (const { analysis } of all) expect(page).toContain(analysis.findings[0]!.slice(0, 30));
  expect(page).not.toMatch(/(src|href)="(?!data:)/);
  const damaged = join(folder, 'damaged');
  await mkdir(join(damaged, 'analysis'), { recursive: true });
  await writeFile(join(damaged, 'analysis', 'spectrum.json'), '{"format":1}');
  await expect(storedAnalyses(damaged)).rejects.toMatchObject({
    code: 'ANALYSIS_DAMAGED',
    message: expect.stringContaining('spectrum.json'),
  });
});
