import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { ownFolder } from '../testing/own-folder.js';
import { runHere } from '../testing/run-here.js';

jest.setTimeout(600_000);

ownFolder('sweep');
beforeAll(() => {
  writeFileSync(
    'trial.yaml',
    `base:
  backend: { use: wasm, threads: 1 }
  data: { use: shapes, count: 8, shapes: [circle, star] }
  generator: { channels: 2, latentSize: 4, hierarchical: false, sharedEmbedding: false, attention: [] }
  discriminator: { channels: 2, attention: [] }
  steps: 2
  batchSize: 4
  ema: null
  sample: { every: 100, perClass: 2 }
evaluate: null
`,
  );
});

const grid = ['--grid', 'batchSize=2,4', '--no-estimate'];

test('--plan checks and says what there is to do, and leaves nothing behind', async () => {
  const planned = await runHere('sweep', 'trial.yaml', ...grid, '--seeds', '2', '--plan');
  expect(planned.stderr).toBe('');
  expect(planned.code).toBe(0);
  expect(planned.stdout).toContain('sweep sweeps/trial\n');
  expect(planned.stdout).toContain('2 cells, 4 runs at equal steps: 4 to train\n');
  expect(planned.stdout).toMatch(/^batchSize=4 {5}2 {6}2 {7}8 {6}0\.01 M$/m);
  expect(existsSync('sweeps')).toBe(false);
});

test('train, go on by folder, and find the runs where they are said to be', async () => {
  const trained = await runHere('sweep', 'trial.yaml', ...grid, '--equal', 'images');
  expect(trained.code).toBe(0);
  expect(trained.stdout).toContain('[1/2] batchSize=2, seed 0: training\n');
  expect(trained.stdout).toMatch(/^\[2\/2\] batchSize-4-seed-0: trained in \d+ s$/m);
  // 8 images in the base: 2 steps of 4.
  expect(trained.stdout).toMatch(
    /^batchSize {2}steps {2}images {2}runs\n2 {14}4 {7}8 {5}1\n4 {14}2 {7}8 {5}1$/m,
  );
  expect(readFileSync('sweeps/trial/results.csv', 'utf8')).toMatch(/^batchSize=4,4,0,done,2,8,/m);

  const again = await runHere('sweep', 'sweeps/trial', '--json');
  expect(again.code).toBe(0);
  const events = again.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(events.map(({ kind, state }) => state ?? kind)).toEqual([
    'note',
    'plan',
    'skipped',
    'skipped',
    'done',
  ]);
  expect(events[1]).toMatchObject({ runs: 2, done: 2, toTrain: [] });
  expect(events.at(-1)).toMatchObject({ finished: true, results: { name: 'trial', equal: 'images' } });

  const sampled = await runHere(
    'sample',
    'sweeps/trial/runs/batchSize-4-seed-0',
    '--count',
    '2',
    '--out',
    'a.npz',
  );
  expect(sampled.code).toBe(0);
});

test('what is wrong is told by cell before anything is started; a run that fails is an exit code', async () => {
  const wrong = await runHere('sweep', 'trial.yaml', '--name', 'wrong', '--grid', 'loss=hinge,hing');
  expect([wrong.code, wrong.stderr]).toEqual([
    2,
    expect.stringMatching(
      /^error UNKNOWN_COMPONENT: cell loss=hing: loss: .*got hing.*\nDid you mean hinge\?/,
    ),
  ]);
  expect((await runHere('sweep', 'absent.yaml')).code).toBe(3);
  expect((await runHere('sweep', 'trial.yaml', '--grid', 'batchSize')).code).toBe(2);
  expect(existsSync('sweeps/wrong')).toBe(false);

  // Divergence that a stabilizer ends.
  const diverging = await runHere(
    'sweep',
    'trial.yaml',
    ...['--name', 'failing', '--no-estimate', '--batch-size', '2', '--set', 'stabilizers=[non-finite]'],
    ...['--grid', 'learningRates.discriminator=1e-4,1e38'],
  );
  expect(diverging.stdout).toMatch(/^\[2\/2\] discriminator-1e-38-seed-0: failed: RUN_STOPPED: /m);
  expect(diverging.stdout).toContain('1 run was ended by a stabilizer: --retry goes on with it\n');
  expect(diverging.code).toBe(1);
});
