import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ownFolder } from '../testing/own-folder.js';
import { runHere } from '../testing/run-here.js';

ownFolder('training');
beforeAll(() => {
  writeFileSync(
    'tiny.yaml',
    `backend: { use: wasm, threads: 1 }
data: { use: shapes, count: 8, shapes: [circle, star] }
generator: { channels: 2, latentSize: 4, hierarchical: false, sharedEmbedding: false, attention: [] }
discriminator: { channels: 2, attention: [] }
steps: 2
batchSize: 2
ema: { decay: 0.5, start: 1 }
sample: { every: 100, perClass: 2 }
log: { every: 1 }
stabilizers: [non-finite, spectrum]
`,
  );
});

const lines = (text: string): Record<string, unknown>[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test('bench and plan measure and keep nothing', async () => {
  const measured = await runHere('bench', '-c', 'tiny.yaml', '--repeat', '1', '--json');
  expect(measured.code).toBe(0);
  const report = JSON.parse(measured.stdout) as Record<string, number> & { phases: { name: string }[] };
  expect(report.phases.map(({ name }) => name)).toEqual(['discriminator', 'generator']);
  expect((report as unknown as { stabilizers: unknown[] }).stabilizers).toMatchObject([
    { use: 'non-finite', interval: 1, medianSeconds: expect.any(Number), shareOfRun: expect.any(Number) },
    { use: 'spectrum', interval: 50, medianSeconds: expect.any(Number), shareOfRun: expect.any(Number) },
  ]);
  expect(report).toMatchObject({ batchSize: 2, dataset: { images: 8, classes: 2 } });
  for (const key of [
    'stepSeconds',
    'imagesPerSecond',
    'shareOfPeak',
    'samplesPerSecond',
    'dataImagesPerSecond',
  ])
    expect(report[key]).toBeGreaterThan(0);

  expect(report).toMatchObject({ tricks: [] });

  const planned = await runHere('plan', '-c', 'tiny.yaml');
  expect(planned.code).toBe(0);
  expect(planned.stdout).toMatch(/^whole run +2 steps of 2: \d+ s$/m);
  expect(existsSync('runs')).toBe(false);
});

test('a profile needs a backend that has one', async () => {
  const profiled = await runHere('train', '-c', 'tiny.yaml', '--name', 'profiled', '--profile', '1');
  expect([profiled.code, profiled.stderr]).toEqual([2, expect.stringContaining('error NO_PROFILER: ')]);
  expect(existsSync('runs/profiled')).toBe(false);
});

test('a run that was handed on to be sampled cannot be resumed, and says what to do', async () => {
  cpSync(join(__dirname, '../../demo'), 'handed-on', { recursive: true });
  const { code, stderr } = await runHere('resume', 'handed-on', '--steps', '9000');
  expect(stderr).toContain('error NO_DISCRIMINATOR: ');
  expect(stderr).toContain('--init');
  expect(code).not.toBe(0);
  expect((await runHere('sample', 'handed-on', '--count', '1', '--out', 'handed-on-samples')).code).toBe(0);
});

test('train, resume, sample', async () => {
  const trained = await runHere('train', '-c', 'tiny.yaml', '--name', 'tiny', '--json');
  expect(trained.stderr).toBe('');
  expect(trained.code).toBe(0);
  const events = lines(trained.stdout);
  expect(events.filter(({ kind }) => kind === 'step').map(({ step }) => step)).toEqual([1, 2]);
  expect(events.at(-1)).toMatchObject({ kind: 'done', step: 2, finished: true });
  expect(existsSync('runs/tiny/config.json')).toBe(true);

  const again = await runHere('train', '-c', 'tiny.yaml', '--name', 'tiny');
  expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('error RUN_EXISTS: ')]);

  const other = await runHere('train', '-c', 'tiny.yaml', '--name', 'tiny', '--resume', '--lr-g', '0.1');
  expect([other.code, other.stderr]).toEqual([
    2,
    expect.stringMatching(
      /error RUN_CONFIG_DIFFERS: .*\nlearningRates\.generator: expected 0\.0002, got 0\.1/,
    ),
  ]);

  const resumed = await runHere('resume', 'tiny', '--steps', '3');
  expect(resumed.code).toBe(0);
  expect(resumed.stdout).toContain('steps: 3 instead of 2\n');
  expect(resumed.stdout).toMatch(/^step 3\/3 {2}.*done$/m);
  expect(resumed.stdout).toContain('next:       ganymede sample runs/tiny\n');

  const sampled = await runHere('sample', 'tiny', '--per-class', '2', '--format', 'sheet', '--format', 'npz');
  expect(sampled.code).toBe(0);
  expect(sampled.stdout).toBe('wrote runs/tiny/sampled/sheet.png\nwrote runs/tiny/sampled/samples.npz\n');

  const one = ['sample', 'runs/tiny', '--classes', 'star', '--count', '2', '--json'];
  const truncated = ['--truncation', '0.1', '--truncation-convention', 'resample'];
  const first = await runHere(...one, '--out', 'a.npz');
  expect(JSON.parse(first.stdout)).toEqual({ run: 'runs/tiny', count: 2, files: [resolve('a.npz')] });
  await runHere(...one, '--out', 'b.npz');
  await runHere(...one, '--out', 'c.npz', ...truncated);
  await runHere(...one, '--out', 'd.npz', '--seed', '1');
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => readFileSync(`${name}.npz`));
  expect(a!.equals(b!)).toBe(true);
  expect(a!.equals(c!)).toBe(false);
  expect(a!.equals(d!)).toBe(false);

  const unknown = await runHere('sample', 'tiny', '--classes', 'moon');
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('error UNKNOWN_CLASS: ')]);
});
