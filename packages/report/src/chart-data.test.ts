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

test('of a spectrum the largest values, of the weights where they are highest in the end', () => {
  const spectrum = (step: number) => ({
    step,
    spectrum: {
      generator: Object.fromEntries(
        Array.from({ length: 10 }, (_, i) => [`blocks.${i}.weight`, [i + step / 10, 0.1, 0.05]]),
      ),
      discriminator: { 'linear.weight': [3, 2, 1] },
    },
  });
  const charts = chartsOf([spectrum(1), spectrum(2)]);
  expect(charts.map(({ title }) => title)).toEqual([
    'Largest singular values of the generator',
    'Largest singular values of the discriminator',
  ]);
  const names = [9, 8, 7, 6, 5, 4, 3, 2].map((i) => `blocks.${i}.weight`);
  expect(charts[0]!.lines.map(({ name }) => name)).toEqual(names);
  expect(charts[0]!.lines[0]!.values).toEqual([9.1, 9.2]);
  expect(charts[1]!.lines).toEqual([{ name: 'linear.weight', values: [3, 3] }]);
});

test('of a probe its measures of variety and its logits; memory in GB', () => {
  const charts = chartsOf([
    { step: 5, probe: { logitReal: 0.5, spread: 0.8, nearest: 0.9 }, collapse: { healthyStep: 4 } },
    { step: 10, residentBytes: 2.5e9 },
  ]);
  expect(charts.map(({ title, lines }) => [title, lines.map(({ name }) => name)])).toEqual([
    ['Variety', ['probe/nearest', 'probe/spread']],
    ['Logits', ['probe/logitReal']],
    ['Memory in GB', ['residentBytes']],
  ]);
  expect(charts.at(-1)!.lines[0]!.values).toEqual([2.5]);
});
