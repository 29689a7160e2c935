import type { Evaluation } from '@ganymede/toolkit';
import { comparisonLines, evaluationLines } from './evaluation-lines.js';

const evaluation: Evaluation = {
  format: 1,
  subject: { name: 'cifar10', step: 2000 },
  numbers: { fid: 12.34567, kidStd: 0.00012349 },
  directions: { fid: 'lower', kidStd: 'neither' },
  manifest: {
    measurement: { extractor: 'inception-v3 (fid)', samples: 500 },
    metrics: {},
    sampling: { truncation: 'none' },
    environment: {},
  },
  cautions: [{ code: 'few-images', numbers: ['fid'], text: 'few images' }],
  seconds: { reference: 61 },
};

test('numbers, cautions, then how they were made', () => {
  expect(evaluationLines(evaluation)).toEqual([
    'cifar10, step 2000',
    '  fid          12.35  (lower is better)',
    '  kidStd    1.235e-4',
    '  caution: fid: few images',
    '  extractor: inception-v3 (fid)',
    '  samples: 500',
    '  truncation: none',
    '  time: reference 1 min 01 s',
  ]);
});

test('a table, with differences below', () => {
  const column = { number: 'fid', direction: 'lower', conditions: {} } as const;
  expect(
    comparisonLines({
      columns: [
        { ...column, title: 'fid' },
        { ...column, title: 'fid [2]' },
      ],
      rows: [
        { name: 'a', step: 10, values: [12.5, null], cautioned: [true, false] },
        { name: 'long name', step: null, values: [null, 3], cautioned: [false, false] },
      ],
      differences: ['fid [2] differs'],
      cautions: [{ code: 'few-images', numbers: ['fid'], text: 'few images', subjects: ['a, step 10'] }],
    }),
  ).toEqual([
    'run        step    fid  fid [2]',
    'a            10  12.5†',
    'long name                     3',
    'fid [2] differs',
    '† fid: few images (a, step 10)',
  ]);
});
