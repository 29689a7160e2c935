import type { GammaProbe, Recommendation } from '@ganymede/toolkit';
import { adviceLines, gammaLines } from './advice-lines.js';
import { alignedLines } from './aligned-lines.js';
import { counted } from './format.js';

test('columns are lined up to the left as far as is asked for, the others to the right', () => {
  const rows = [
    ['a', '1', ''],
    ['long', '12345', 'x'],
  ];
  expect(alignedLines(['name', 'n', ''], rows)).toEqual(['name      n', 'a         1', 'long  12345  x']);
  expect(alignedLines(['name', 'n', ''], rows, 0)).toEqual(['name      n', '   a      1', 'long  12345  x']);
  expect(alignedLines(['name', 'n', ''], rows, 3)).toEqual(['name  n', 'a     1', 'long  12345  x']);
  expect(alignedLines(['name', 'n'], [])).toEqual(['name  n']);
});

test('one is one', () => {
  expect([counted(1, 'run'), counted(0, 'run'), counted(2, 'class', 'classes')]).toEqual([
    '1 run',
    '0 runs',
    '2 classes',
  ]);
});

const probe = {
  penalties: ['r1'],
  centre: { gamma: 1, origin: "the config's" },
  steps: 20,
  metric: 'fid',
  trials: [
    {
      gamma: 0.063,
      isMade: true,
      holds: false,
      steps: 7,
      error: { code: 'RUN_STOPPED', message: 'NaN' },
      evidence: [],
      overfit: null,
      separation: null,
      variety: null,
      metric: null,
    },
    {
      gamma: 1,
      isMade: true,
      holds: true,
      steps: 20,
      error: null,
      evidence: [],
      overfit: 0.25,
      separation: 4,
      variety: 0.6,
      metric: 123.456,
    },
  ],
  best: 1,
  rule: 'lowest fid of those that hold',
  regularizers: [{ use: 'r1', gamma: 1 }],
} as unknown as GammaProbe;

test('trials of gamma: a table, what went wrong, the best and how to take it', () => {
  expect(gammaLines(probe)).toEqual([
    "gamma of r1, around 1, the config's; 20 steps each",
    'gamma  holds  steps  overfit  D real - fake  spread  fid',
    '0.063  no     7',
    '1      yes    20     0.25     4.000          0.60    123.46',
    '0.063: RUN_STOPPED: NaN',
    'best: 1, lowest fid of those that hold',
    `  --set 'regularizers=[{"use":"r1","gamma":1}]'`,
  ]);
});

test('of a trial that is not made nothing is said', () => {
  const trials = [{ ...probe.trials[0]!, error: null, isMade: false }];
  expect(gammaLines({ ...probe, trials })[2]).toBe('0.063         7');
});

const told = (...images: number[]): string =>
  adviceLines({
    data: {
      images: images.reduce((sum, one) => sum + one, 0),
      classes: images.map((own, i) => ({ name: `${i}`, images: own })),
      sizes: { shorterSide: null },
      grey: 0,
      transparent: 0,
      duplicates: null,
      skipped: [],
      notes: [],
    },
    machine: { threads: 2, memoryBytes: 1e9, engine: { library: 'wasm', device: 'cpu' }, notes: [] },
    warnings: [],
    hints: [],
    text: '',
    out: null,
    plan: null,
  } as unknown as Recommendation)[0]!;

test('images of one class, of equal and of unequal ones', () => {
  expect([told(60), told(30, 30), told(20, 40)]).toEqual([
    'images        60 in 1 class',
    'images        60 in 2 classes, 30 each',
    'images        60 in 2 classes, 20 to 40 each',
  ]);
});
