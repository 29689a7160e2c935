import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { ownFolder } from '../testing/own-folder.js';
import { runHere } from '../testing/run-here.js';

ownFolder('measures', { cache: true });

beforeAll(async () => {
  writeFileSync(
    'tiny.yaml',
    `backend: { use: wasm, threads: 1 }
data: { use: shapes, count: 40, shapes: [circle, star] }
generator: { channels: 2, latentSize: 4, hierarchical: false, sharedEmbedding: false, attention: [] }
discriminator: { channels: 2, attention: [] }
steps: 1
batchSize: 2
sample: { every: 100, perClass: 2 }
`,
  );
  const trained = await runHere('train', '-c', 'tiny.yaml', '--name', 'tiny', '--json');
  expect(trained.code).toBe(0);
}, 120_000);

test('accuracy and path-length leave their numbers with the evaluations, and compare finds them', async () => {
  const recipe = ['--samples', '12', '--steps', '2', '--batch-size', '8', '--width', '2'];
  const judged = await runHere('accuracy', 'tiny', ...recipe);
  expect([judged.code, judged.stderr]).toEqual([0, expect.any(String)]);
  expect(judged.stdout).toMatch(/^ {2}classificationAccuracyScore +\d.*\(higher is better\)$/m);
  expect(judged.stdout).toMatch(/^ {2}classifierTraining: 2 steps of 8, /m);
  expect(judged.stdout).toMatch(/^ {2}caution: .*held-out images/m);

  // A few of the generator's own images, which say their classes, train an extractor in no time.
  expect((await runHere('sample', 'tiny', '--per-class', '8', '--format', 'png')).code).toBe(0);
  const extractor = ['data', 'extractor', 'train', '--data', 'runs/tiny/sampled', '--out', 'e.safetensors'];
  const small = ['--steps', '1', '--batch-size', '4', '--width', '2', '--backend', 'wasm'];
  expect((await runHere(...extractor, ...small)).code).toBe(0);
  const walked = await runHere(
    ...['path-length', 'tiny', '--extractor', 'trained-classifier', '--weights', 'e.safetensors'],
    ...['--pairs', '6', '--percentiles', '1,99', '--json'],
  );
  expect(walked.code).toBe(0);
  const { evaluation } = JSON.parse(walked.stdout) as {
    evaluation: { numbers: object; manifest: { metrics: Record<string, object> } };
  };
  expect(evaluation.numbers).toHaveProperty('featurePathLength');
  expect(evaluation.manifest.metrics['featurePathLength']).toMatchObject({ percentiles: '1..99' });

  const { stdout } = await runHere('evaluate', '--compare', 'tiny');
  expect(stdout).toMatch(/classificationAccuracyScore/);
  expect(stdout).toMatch(/featurePathLength/);
}, 300_000);

test('two sets of one image: a word beside every number of neighbours', async () => {
  const image = await sharp({ create: { width: 32, height: 32, channels: 3, background: '#48c' } })
    .png()
    .toBuffer();
  for (const set of ['one', 'other']) {
    mkdirSync(join(set, 'a'), { recursive: true });
    for (let i = 0; i < 8; i++) writeFileSync(join(set, 'a', `${i}.png`), image);
  }
  for (const [metric, numbers] of [
    ['precision-recall', ['precision', 'recall']],
    ['density-coverage', ['density', 'coverage']],
  ] as const) {
    const flags = ['--extractor', 'trained-classifier', '--weights', 'e.safetensors', '--backend', 'wasm'];
    const ran = await runHere(
      ...['evaluate', '--real', 'one', '--fake', 'other', '--metrics', metric, ...flags],
    );
    expect(ran.code).toBe(0);
    for (const name of numbers)
      expect(ran.stdout).toMatch(new RegExp(`caution: .*${name}.*: .*their balls have radius 0`));
    expect(ran.stdout).toMatch(/caution: .*: all 8 real images have the same features/);
    expect(ran.stdout).toMatch(
      /caution: .*: 8 of 8 generated images have exactly the features of a real one/,
    );
  }
}, 300_000);

test.each([
  ['--percentiles', '5', 'expected two numbers, such as 1,99, got 5'],
  ['--epsilon', 'small', 'expected a number, got small'],
  ['--pairs', '1', 'expected an integer of at least 2, got 1'],
])(
  'path-length %s %s is refused',
  async (flag, value, message) => {
    const { code, stderr } = await runHere('path-length', 'tiny', flag, value);
    expect([code, stderr]).toEqual([2, expect.stringContaining(`${flag}: ${message}`)]);
  },
  120_000,
);
