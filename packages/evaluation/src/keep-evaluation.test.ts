import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepEvaluation } from './keep-evaluation.js';
import type { Evaluation } from './manifest.js';

const evaluation: Evaluation = {
  format: 1,
  subject: { name: 'run', step: 7 },
  numbers: { fid: 12.5 },
  directions: { fid: 'lower' },
  manifest: { measurement: {}, metrics: {}, sampling: {}, environment: {} },
  cautions: [],
  seconds: {},
};
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganymede-keep-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('an evaluation lies in its run, named by step and manifest', async () => {
  const kept = await keepEvaluation(folder, evaluation);
  expect(kept.path).toMatch(/evaluations\/00000007-[0-9a-f]{8}\.json$/);
  expect(JSON.parse(await readFile(kept.path!, 'utf8'))).toEqual(evaluation);
});

test('where it cannot be written, the numbers come back all the same, with a caution', async () => {
  await writeFile(join(folder, 'evaluations'), 'in the way');
  const kept = await keepEvaluation(folder, evaluation);
  expect(kept.path).toBeNull();
  expect(kept.evaluation).toMatchObject({
    numbers: { fid: 12.5 },
    cautions: [
      {
        code: 'not-kept',
        numbers: ['fid'],
        text: expect.stringMatching(/evaluations.*: expected a place to write to/),
      },
    ],
  });
});
