import { compareEvaluations, parseEvaluation, type StoredEvaluation } from './compare.js';
import type { Evaluation, ManifestPart } from './manifest.js';

function evaluation(
  numbers: Readonly<Record<string, number>>,
  measurement: ManifestPart = {},
  sampling: ManifestPart = {},
): Evaluation {
  return {
    format: 1,
    subject: { name: 'run', step: 100 },
    numbers,
    directions: Object.fromEntries(Object.keys(numbers).map((name) => [name, 'lower' as const])),
    manifest: {
      measurement: { extractor: 'inception-v3 (fid)', resizer: 'pytorch-fid', samples: 1000, ...measurement },
      metrics: Object.fromEntries(Object.keys(numbers).map((name) => [name, { metric: name }])),
      sampling: { weights: 'ema', truncation: 'none', ...sampling },
      environment: { seed: 0 },
    },
    cautions: [],
    seconds: { metrics: 1 },
  };
}

const stored = (run: string, made: Evaluation): StoredEvaluation => ({
  run: `runs/${run}`,
  file: '',
  evaluation: made,
});

test('numbers made alike share a column', () => {
  const { columns, rows, differences } = compareEvaluations([
    stored('a', evaluation({ fid: 10, kid: 0.1 })),
    stored('b', {
      ...evaluation({ fid: 12 }),
      manifest: { ...evaluation({ fid: 12 }).manifest, environment: { seed: 7 } },
    }),
  ]);
  expect(columns.map(({ title }) => title)).toEqual(['fid', 'kid']);
  expect(rows).toEqual([
    { name: 'a', step: 100, values: [10, 0.1], cautioned: [false, false] },
    { name: 'b', step: 100, values: [12, null], cautioned: [false, false] },
  ]);
  expect(differences).toEqual([]);
});

test.each<[string, Evaluation, string]>([
  ['another resizer', evaluation({ fid: 9 }, { resizer: 'clean' }), 'resizer pytorch-fid against clean'],
  ['another count', evaluation({ fid: 9 }, { samples: 50_000 }), 'samples 1000 against 50000'],
  [
    'a truncation',
    evaluation({ fid: 9 }, {}, { truncation: 'resample', threshold: 0.5 }),
    'truncation none against resample; threshold none against 0.5',
  ],
])('%s gets a column of its own, and the difference is told', (_, other, words) => {
  const all = [stored('a', evaluation({ fid: 10 })), stored('b', other)];
  const { columns, rows, differences } = compareEvaluations(all);
  expect(columns.map(({ title }) => title)).toEqual(['fid', 'fid [2]']);
  expect(rows.map(({ values }) => values)).toEqual([
    [10, null],
    [null, 9],
  ]);
  expect(differences).toEqual([`fid [2] differs from fid: ${words}`]);
  const mixed = compareEvaluations(all, true);
  expect(mixed.columns.map(({ title }) => title)).toEqual(['fid']);
  expect(mixed.rows.map(({ values }) => values)).toEqual([[10], [9]]);
  expect(mixed.differences).toEqual(differences);
});

test('options of a metric part its own numbers only', () => {
  const other = evaluation({ fid: 9, kid: 0.2 });
  const { columns } = compareEvaluations([
    stored('a', evaluation({ fid: 10, kid: 0.1 })),
    stored('b', {
      ...other,
      manifest: {
        ...other.manifest,
        metrics: { ...other.manifest.metrics, kid: { metric: 'kid', subsetSize: 50 } },
      },
    }),
  ]);
  expect(columns.map(({ title }) => title)).toEqual(['fid', 'kid', 'kid [2]']);
});

test('a file is read as it was written, NaN included; another file is refused', () => {
  const written = evaluation({ fid: Number.NaN });
  const parsed = parseEvaluation('x.json', JSON.parse(JSON.stringify(written)));
  expect(parsed).toEqual(written);
  expect(() => parseEvaluation('x.json', { ...written, numbers: { fid: 'low' } })).toThrow(
    expect.objectContaining({
      code: 'EVALUATION_DAMAGED',
      message: expect.stringMatching(/^x\.json: expected an evaluation, got numbers\.fid: /),
    }),
  );
});

test('cautions stand beside the values that they are about, each sentence once', () => {
  const few = { code: 'few-images', numbers: ['fid'], text: '20 images' };
  const all = ['a', 'b'].map((run) =>
    stored(run, { ...evaluation({ fid: 10, kid: 0.1 }), cautions: run === 'a' ? [few] : [few, few] }),
  );
  const { rows, cautions } = compareEvaluations([...all, stored('c', evaluation({ fid: 12, kid: 0.2 }))]);
  expect(rows.map(({ cautioned }) => cautioned)).toEqual([
    [true, false],
    [true, false],
    [false, false],
  ]);
  expect(cautions).toEqual([{ ...few, subjects: ['a, step 100', 'b, step 100'] }]);
});

test('sentences of files of earlier versions are about all their numbers', () => {
  const old = { ...evaluation({ fid: 10, kid: 0.1 }), cautions: ['fid: 20 images'] };
  const read = parseEvaluation('old.json', JSON.parse(JSON.stringify(old)));
  expect(read.cautions).toEqual([{ code: 'caution', numbers: [], text: 'fid: 20 images' }]);
  expect(compareEvaluations([stored('a', read)]).rows[0]!.cautioned).toEqual([true, true]);
});
