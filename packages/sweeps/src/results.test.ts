import type { ComparisonColumn } from '@ganymede/evaluation';
import { overSeeds, type SweepResults, type SweepResultRun } from './collect-results.js';
import { resultsPlot } from './results-plot.js';
import { formatStatistics, resultsMarkdown, resultsTable } from './results-table.js';
import { resultsCsv } from './write-results.js';

test('mean and deviation of the sample', () => {
  // numpy: std(ddof=1) of the textbook's eight numbers, whose population deviation is 2.
  expect(overSeeds([2, 4, 4, 4, 5, 5, 7, 9])).toEqual({
    mean: 5,
    deviation: expect.closeTo(2.138089935299395, 12),
    count: 8,
  });
  expect(overSeeds([3])).toEqual({ mean: 3, deviation: null, count: 1 });
  expect(overSeeds([])).toBeNull();
  expect(overSeeds([1, Number.NaN])!.mean).toBeNaN();
});

test.each([
  [{ mean: 12.3912, deviation: 0.4137, count: 3 }, '12.39 ± 0.41'],
  [{ mean: 98.76, deviation: 2.84, count: 3 }, '98.8 ± 2.8'],
  [{ mean: 1234.5, deviation: 123, count: 3 }, '1235 ± 123'],
  [{ mean: 0.5, deviation: 0.000_21, count: 2 }, '0.50000 ± 0.00021'],
  [{ mean: 12.3912, deviation: null, count: 1 }, '12.39'],
  [{ mean: 1, deviation: 0, count: 2 }, '1'],
  [{ mean: Number.NaN, deviation: Number.NaN, count: 2 }, 'NaN'],
  [null, ''],
])('%j is shown as %s', (value, text) => {
  expect(formatStatistics(value)).toBe(text);
});

const column = (title: string, direction: ComparisonColumn['direction'], extra = {}): ComparisonColumn => ({
  title,
  number: title,
  direction,
  conditions: { extractor: 'e', samples: 10, 'metric.metric': title, ...extra },
});

const run = (cell: string, seed: number, fid: number | null): SweepResultRun => ({
  id: `${cell}-seed-${seed}`,
  cell,
  seed,
  folder: `runs/${cell}-seed-${seed}`,
  state: fid === null ? 'failed' : 'done',
  step: 5,
  steps: 10,
  images: 50,
  seconds: 1.25,
  error: fid === null ? { code: 'RUN_STOPPED', message: 'lost | gone' } : null,
  evaluation: null,
  values: [fid, fid === null ? null : 1 / fid],
  cautioned: [false, false],
});

const results = (cells: readonly string[], settings: readonly (readonly string[])[]): SweepResults => ({
  format: 1,
  name: 'trial',
  equal: 'steps',
  settings: ['batchSize', 'regularizers'],
  columns: [column('fid', 'lower'), column('recall', 'higher')],
  rows: cells.map((cell, i) => ({
    cell,
    settings: settings[i]!,
    steps: 10,
    images: 100,
    done: i === 2 ? 1 : 2,
    runs: 2,
    values: [
      { mean: 10 - i, deviation: 0.5, count: 2 },
      i === 2 ? null : { mean: 0.1 * (3 - i), deviation: 0.01, count: 2 },
    ],
    cautioned: [i === 1, false],
  })),
  runs: cells.flatMap((cell, i) => [run(cell, 0, 10 - i), run(cell, 1, i === 2 ? null : 10 - i)]),
  differences: ['fid [2] differs'],
  cautions: [
    { code: 'few-images', numbers: ['fid'], text: '9 images', subjects: ['large, "wide"-seed-0, step 10'] },
  ],
});
const named = results(
  ['base', 'large, "wide"', '+ r1'],
  [
    ['8', 'none'],
    ['32', 'none'],
    ['32', 'r1'],
  ],
);
const grid = results(
  ['batchSize=8 regularizers=none', 'batchSize=8 regularizers=r1', 'batchSize=32 regularizers=none'],
  [
    ['8', 'none'],
    ['8', 'r1'],
    ['32', 'none'],
  ],
);

test('the table has names where cells have some, settings, and marks the best', () => {
  expect(resultsTable(named, (text) => `*${text}*`)).toEqual({
    heads: ['cell', 'batchSize', 'regularizers', 'steps', 'images', 'runs', 'fid', 'recall'],
    rows: [
      ['base', '8', 'none', '10', '100', '2', '10.00 ± 0.50', '*0.300 ± 0.010*'],
      ['large, "wide"', '32', 'none', '10', '100', '2', '9.00 ± 0.50†', '0.200 ± 0.010'],
      ['+ r1', '32', 'r1', '10', '100', '1 of 2', '*8.00 ± 0.50*', ''],
    ],
  });
  expect(resultsTable(grid).heads[0]).toBe('batchSize');
});

test('Markdown: the table, how its numbers were made, what differs, what failed', () => {
  const text = resultsMarkdown(named);
  expect(text).toContain('| base | 8 | none | 10 | 100 | 2 | 10.00 ± 0.50 | **0.300 ± 0.010** |\n');
  expect(text).toContain('Cells compared at equal steps. Mean ± standard deviation over 2 seeds.');
  expect(text).toContain('- extractor: e\n- samples: 10\n');
  expect(text).toContain('fid: metric fid.\n');
  expect(text).toContain('fid [2] differs\n');
  expect(text).toContain('| 9.00 ± 0.50† |');
  expect(text).toContain('Marked with †:\n\n- fid: 9 images (large, "wide"-seed-0, step 10)\n');
  expect(text).toContain('- + r1-seed-1: RUN_STOPPED: lost | gone\n');
});

test('CSV: a line a run, cells that hold commas quoted, nothing for no number', () => {
  expect(resultsCsv(named).split('\n')).toEqual([
    'cell,batchSize,regularizers,seed,state,step,images,seconds,fid,recall',
    'base,8,none,0,done,5,50,1.3,10,0.1',
    'base,8,none,1,done,5,50,1.3,10,0.1',
    `"large, ""wide""",32,none,0,done,5,50,1.3,9,${1 / 9}`,
    `"large, ""wide""",32,none,1,done,5,50,1.3,9,${1 / 9}`,
    '+ r1,32,r1,0,done,5,50,1.3,8,0.125',
    '+ r1,32,r1,1,failed,5,50,1.3,,',
    '',
  ]);
});

test('the plot: named cells side by side, a grid along its first number with lines for the rest', () => {
  const cells = resultsPlot(named);
  expect(cells).toContain('fid: lower is better');
  expect(cells).toContain('>large, &#34;wide&#34;</text>');
  expect(cells.match(/<circle/g)).toHaveLength(5);
  const lines = resultsPlot(grid);
  expect(lines).toContain('>regularizers none</text>');
  expect(lines).toContain('>regularizers r1</text>');
  expect(lines).toContain('>batchSize</text>');
  expect(lines).not.toContain('rotate(-30)');
  expect(resultsPlot({ ...named, columns: [], rows: [] })).toContain('no numbers');
});
