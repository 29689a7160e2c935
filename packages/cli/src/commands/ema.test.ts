import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { ownFolder } from '../testing/own-folder.js';
import { runHere } from '../testing/run-here.js';

ownFolder('ema', { cache: true });

beforeAll(async () => {
  writeFileSync(
    'tiny.yaml',
    `backend: { use: wasm, threads: 1 }
data: { use: shapes, count: 40, shapes: [circle, star] }
generator: { channels: 2, latentSize: 4, hierarchical: false, sharedEmbedding: false, attention: [] }
discriminator: { channels: 2, attention: [] }
steps: 6
batchSize: 2
posthocEma: { every: 1, precision: float32 }
sample: { every: 100, perClass: 2 }
`,
  );
  const trained = await runHere('train', '-c', 'tiny.yaml', '--name', 'tiny', '--json');
  expect(trained.code).toBe(0);
  const plain = ['--set', 'posthocEma=null', '--steps', '1', '--json'];
  expect((await runHere('train', '-c', 'tiny.yaml', '--name', 'plain', ...plain)).code).toBe(0);
  // A few of the generator's own images, which say their classes, train an extractor in no time.
  expect((await runHere('sample', 'tiny', '--per-class', '8', '--format', 'png')).code).toBe(0);
  const extractor = ['data', 'extractor', 'train', '--data', 'runs/tiny/sampled', '--out', 'e.safetensors'];
  const small = ['--steps', '1', '--batch-size', '4', '--width', '2', '--backend', 'wasm'];
  expect((await runHere(...extractor, ...small)).code).toBe(0);
}, 240_000);

const measuring = ['--extractor', 'trained-classifier', '--weights', 'e.safetensors'];

test('averages of any length become runs, which the other commands take', async () => {
  const made = await runHere('ema', 'tiny', '--sigma-rel', '0.1,0.15', '--gamma', '9');
  expect([made.code, made.stderr]).toEqual([0, '']);
  expect(made.stdout).toMatch(/^sigma_rel 0\.1, gamma 6\.9\d*, step 6: from 6 snapshots, residual /m);
  expect(made.stdout.match(/^wrote .*$/gm)).toEqual([
    'wrote runs/tiny/averages/tiny-ema-0.0830-6',
    'wrote runs/tiny/averages/tiny-ema-0.1000-6',
    'wrote runs/tiny/averages/tiny-ema-0.1500-6',
  ]);
  // The length that was tracked is the one that the checkpoint holds.
  const tracked = readFileSync('runs/tiny/checkpoints/00000006/power-average-1.safetensors');
  const rebuilt = readFileSync('runs/tiny/averages/tiny-ema-0.1000-6/checkpoints/00000006/ema.safetensors');
  expect(rebuilt.length).toBe(tracked.length);
  const values = (bytes: Buffer): Float32Array => {
    const begin = 8 + Number(bytes.readBigUInt64LE(0));
    return new Float32Array(Uint8Array.from(bytes.subarray(begin)).buffer);
  };
  const wanted = values(tracked);
  values(rebuilt).forEach((value, i) => expect(Math.abs(value - wanted[i]!)).toBeLessThan(1e-6));

  const average = 'runs/tiny/averages/tiny-ema-0.1500-6';
  const sampled = await runHere('sample', average, '--per-class', '2', '--out', 'average.png');
  expect([sampled.code, sampled.stdout]).toEqual([0, 'wrote average.png\n']);
  const exported = await runHere('export', average, '--to', 'safetensors', '--out', 'weights');
  expect([exported.code, exported.stdout]).toEqual([
    0,
    'wrote weights/ema.safetensors\nwrote weights/config.json\n',
  ]);
  const cut = await runHere(
    ...['truncate', average, '--thresholds', '0.5', '--samples', '12', '--metrics', 'fid', ...measuring],
  );
  expect(cut.code).toBe(0);
  expect(existsSync(`${average}/truncation/truncation.csv`)).toBe(true);
  const resumed = await runHere('resume', average);
  expect(resumed.stderr).toContain('error NO_DISCRIMINATOR: ');
}, 240_000);

test('--choose measures every length alike, and says which is best', async () => {
  const lengths = ['--sigma-rel', '0.05,0.1,0.15', '--samples', '12'];
  const chosen = await runHere('ema', 'tiny', '--choose', 'fid', ...lengths, ...measuring);
  expect(chosen.code).toBe(0);
  const rows = chosen.stdout.split('\n').filter((line) => /^ *0\.\d+ /.test(line));
  expect(rows).toHaveLength(3);
  expect(rows.filter((row) => row.endsWith('best'))).toHaveLength(1);
  expect(chosen.stdout).toMatch(/^best by fid: sigma_rel 0\.\d+, runs\/tiny\/averages\/tiny-ema-0\.\d+-6$/m);
  expect(chosen.stdout).toContain('wrote runs/tiny/averages/fid-6.json\n');

  const again = await runHere('ema', 'tiny', '--choose', 'fid', '--json', ...lengths, ...measuring);
  const { chosen: told } = JSON.parse(again.stdout) as {
    chosen: {
      best: { manifest: { sigmaRel: number } };
      measured: {
        folder: string;
        manifest: { sigmaRel: number };
        evaluation: { numbers: { fid: number }; subject: object; manifest: { sampling: object } };
      }[];
    };
  };
  expect(told.measured.map(({ manifest }) => manifest.sigmaRel)).toEqual([0.05, 0.1, 0.15]);
  const least = Math.min(...told.measured.map(({ evaluation }) => evaluation.numbers.fid));
  const best = told.measured.find(({ evaluation }) => evaluation.numbers.fid === least)!;
  expect(told.best.manifest.sigmaRel).toBe(best.manifest.sigmaRel);
  expect(best.evaluation.manifest.sampling).toMatchObject({ weights: 'ema', statistics: 'running' });
  const file = JSON.parse(readFileSync('runs/tiny/averages/fid-6.json', 'utf8')) as object;
  expect(file).toMatchObject({ number: 'fid', better: 'lower', best: best.manifest.sigmaRel });

  // What `evaluate` makes of the average is the same number.
  const evaluated = await runHere('evaluate', best.folder, '--samples', '12', '--json', ...measuring);
  const { evaluation } = JSON.parse(evaluated.stdout) as { evaluation: { numbers: { fid: number } } };
  expect(evaluation.numbers.fid).toBe(least);
}, 240_000);

test.each<[string, readonly string[], number, string]>([
  ['no length', ['tiny'], 2, 'BAD_AVERAGE_LENGTH'],
  ['a length that there is not', ['tiny', '--sigma-rel', '0.3'], 2, 'BAD_AVERAGE_LENGTH'],
  ['a length that is no number', ['tiny', '--sigma-rel', 'short'], 2, 'BAD_ARGUMENTS'],
  ['a step without a snapshot', ['tiny', '--sigma-rel', '0.1', '--step', '7'], 3, 'NO_EMA_SNAPSHOTS'],
  ['a run that keeps no snapshots', ['plain', '--sigma-rel', '0.1'], 3, 'NO_EMA_SNAPSHOTS'],
  [
    'flags of a measurement without one',
    ['tiny', '--sigma-rel', '0.1', '--samples', '9'],
    2,
    'BAD_ARGUMENTS',
  ],
  ['another of them', ['tiny', '--sigma-rel', '0.1', '--no-cache'], 2, 'BAD_ARGUMENTS'],
  ['statistics, too', ['tiny', '--sigma-rel', '0.1', '--statistics', 'standing'], 2, 'BAD_ARGUMENTS'],
  ['a number that nothing gives', ['tiny', '--choose', 'kid', ...measuring], 2, 'CANNOT_CHOOSE'],
  ['a run that there is not', ['nowhere', '--sigma-rel', '0.1'], 3, 'RUN_NOT_FOUND'],
])('%s', async (_, argv, code, error) => {
  const result = await runHere('ema', ...argv);
  expect([result.code, result.stderr]).toEqual([code, expect.stringContaining(`error ${error}: `)]);
});
