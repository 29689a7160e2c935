import sharp from 'sharp';
import { heatMapsSvg } from './heat-map.js';
import { histogramOf, histogramSeries } from './histogram.js';
import { labelledSheetPng } from './labelled-sheet.js';
import { median, quantile, sorted } from '@ganymede/core';

test('quantiles lie between values, as numpy’s do', () => {
  const values = sorted([4, 1, 3, 2]);
  expect([0, 0.25, 0.5, 1].map((share) => quantile(values, share))).toEqual([1, 1.75, 2.5, 4]);
  expect(median([5])).toBe(5);
  expect(median([])).toBeNaN();
});

test('a histogram’s areas are 1, far values are in its last bin', () => {
  const near = Array.from({ length: 1000 }, (_, i) => i / 1000);
  const { edges, densities } = histogramOf([{ name: 'a', values: [...near, 1e6] }], 10);
  expect(edges).toHaveLength(11);
  expect(edges[10]!).toBeLessThan(2);
  const width = edges[1]! - edges[0]!;
  const shares = densities[0]!.values.map((value) => value * width);
  expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
  const [line] = histogramSeries({ edges, densities });
  expect([line!.points[0]!.y, line!.points.at(-1)!.y]).toEqual([0, 0]);
});

test('a histogram of one value has a bin for it', () => {
  const { densities } = histogramOf([{ name: 'a', values: [3, 3, 3] }], 5);
  expect(densities[0]!.values.filter((value) => value > 0)).toHaveLength(1);
});

test('a sheet shows each image at its place, enlarged without smoothing', async () => {
  const shape = { height: 8, width: 8, channels: 1 };
  const images = new Uint8Array(3 * 64);
  [40, 120, 200].forEach((value, i) => images.fill(value, i * 64, (i + 1) * 64));
  const png = await labelledSheetPng(images, shape, {
    title: 'Three',
    columns: ['one', 'two'],
    apart: 1,
    rows: [
      { label: 'first', cells: [{ image: 0 }, { image: 1, caption: '0.5' }], heading: 'Rows' },
      { label: 'second', cells: [null, { image: 2 }] },
    ],
  });
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  const counts = new Map<number, number>();
  for (let at = 0; at < data.length; at += info.channels)
    if (data[at] === data[at + 1] && data[at] === data[at + 2])
      counts.set(data[at]!, (counts.get(data[at]!) ?? 0) + 1);
  // 72 pixels a side each; letters have some grey of their own.
  for (const value of [40, 120, 200]) {
    expect(counts.get(value)!).toBeGreaterThanOrEqual(72 * 72);
    expect(counts.get(value)!).toBeLessThan(72 * 72 + 200);
  }
});

test('a sheet without the image that it names is refused', async () => {
  const shape = { height: 2, width: 2, channels: 3 };
  const sheet = { title: '', columns: [], rows: [{ label: '', cells: [{ image: 1 }] }] };
  await expect(labelledSheetPng(new Uint8Array(12), shape, sheet)).rejects.toMatchObject({
    code: 'BAD_IMAGES',
    message: 'sheet: expected an image 1, got 1 images',
  });
});

test('a heat map has the ends of its scale, and white where there is no number', async () => {
  const svg = await heatMapsSvg(
    [{ title: 'a<b', values: [0, 10, Number.NaN, 5], range: [0, 10], colors: 'difference', unit: 'dB' }],
    2,
    2,
  );
  expect(svg).toContain('a&#60;b');
  const [, png] = /base64,([^"]+)"/.exec(svg)!;
  const { data, info } = await sharp(Buffer.from(png!, 'base64')).raw().toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number): number[] => [
    ...data.subarray((y * info.width + x) * info.channels, (y * info.width + x) * info.channels + 3),
  ];
  const last = info.width - 1;
  expect([at(0, 0), at(last, 0), at(0, last), at(last, last)]).toEqual([
    [33, 102, 172],
    [178, 24, 43],
    [255, 255, 255],
    [247, 247, 247],
  ]);
});
