import { chartsOf } from './chart-data.js';

test('numbers of one kind share a chart; metrics have one each', () => {
  const charts = chartsOf([
    { step: 10, 'D.lossReal': 1, 'G.loss': 2, imagesPerSecond: 50, tensors: 7 },
    { step: 20, 'D.lossReal': 0.5, 'G.loss': Number.NaN, imagesPerSecond: 51 },
    { step: 20, 'metric/fid': 30, 'metric/precision': 0.5 },
    { step: 20, stabilizer: 'warn', evidence: 'words' },
  ]);
  expect(charts).toEqual([
    { title: 'fid', steps: [20], lines: [{ name: 'fid', values: [30] }] },
    { title: 'precision', steps: [20], lines: [{ name: 'precision', values: [0.5] }] },
    {
      title: 'Losses',
      steps: [10, 20],
      lines: [
        { name: 'D.lossReal', values: [1, 0.5] },
        { name: 'G.loss', values: [2, null] },
      ],
    },
    { title: 'Images a second', steps: [10, 20], lines: [{ name: 'imagesPerSecond', values: [50, 51] }] },
  ]);
});

test('long runs are thinned out, the last step stays', () => {
  const [chart] = chartsOf(Array.from({ length: 4567 }, (_, i) => ({ step: i, loss: i })));
  expect(chart!.steps.length).toBeLessThanOrEqual(1001);
  expect(chart!.steps.at(-1)).toBe(4566);
  expect(chart!.lines[0]!.values.at(-1)).toBe(4566);
});
