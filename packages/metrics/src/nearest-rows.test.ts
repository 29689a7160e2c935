import { RandomStream } from '@ganymede/core';
import { expectNoLeak, useCpu } from '@ganymede/testing';
import { randomMatrix } from '../testing/fixture.js';
import type { Matrix } from './feature-checks.js';
import { squaredDistance } from './nearest-distances.js';
import { NearestRows, type NearestRowsOptions } from './nearest-rows.js';
import { SmallestValues } from './smallest-values.js';

beforeAll(useCpu);

const normals = (count: number, size: number, name: string): Matrix => {
  const random = RandomStream.create(3, name);
  return randomMatrix(count, size, (length) => random.normals(length));
};

const part = ({ values, size }: Matrix, start: number, count: number): Matrix => ({
  values: values.subarray(start * size, (start + count) * size),
  count,
  size,
});

/** The stream in blocks of uneven sizes. */
async function streamed(
  queries: Matrix,
  rows: Matrix,
  k: number,
  options: NearestRowsOptions = {},
  labels?: Int32Array,
): Promise<ReturnType<NearestRows['result']>> {
  const nearest = new NearestRows(queries, k, options);
  for (let start = 0, count = 7; start < rows.count; start += count, count = 13)
    await nearest.add({
      rows: part(rows, start, Math.min(count, rows.count - start)),
      ...(labels && { labels: labels.subarray(start, Math.min(start + count, rows.count)) }),
    });
  expect(nearest.count).toBe(rows.count);
  return nearest.result();
}

/** All distances, sorted. */
function sorted(
  queries: Matrix,
  rows: Matrix,
  k: number,
  counts: (query: number, row: number) => boolean = () => true,
): { indices: number[]; distances: number[] } {
  const found = Array.from({ length: queries.count }, (_, i) =>
    Array.from({ length: rows.count }, (__, j) => ({ j, d: squaredDistance(queries, i, rows, j) }))
      .filter(({ j }) => counts(i, j))
      .sort((a, b) => a.d - b.d || a.j - b.j)
      .slice(0, k),
  ).flat();
  return { indices: found.map(({ j }) => j), distances: found.map(({ d }) => Math.sqrt(d)) };
}

const plain = ({ indices, distances }: ReturnType<NearestRows['result']>): object => ({
  indices: [...indices],
  distances: [...distances],
});

test('points on a line, counted by hand', async () => {
  const queries = { values: Float64Array.of(2, 10), count: 2, size: 1 };
  const rows = { values: Float64Array.of(0, 3, 9, 1, 20), count: 5, size: 1 };
  expect(plain(await streamed(queries, rows, 2))).toEqual({ indices: [1, 3, 2, 1], distances: [1, 1, 1, 7] });
});

test.each(['float64', 'backend'] as const)('%s: those of sorting everything', async (products) => {
  const [queries, rows] = [normals(20, 9, 'queries'), normals(150, 9, 'rows')];
  expect(plain(await streamed(queries, rows, 5, { products }))).toEqual(sorted(queries, rows, 5));
});

test('copies and near copies far from the origin, which float32 products cannot tell apart', async () => {
  const base = normals(40, 16, 'base');
  const far = base.values.map((value) => Math.fround(500 + value));
  const rows = { ...base, values: far };
  // Query i is row i but for 2^-12 in one component; the copy must be found at exactly that distance.
  const queries = { ...base, values: far.map((value, at) => (at % 16 === 0 ? value + 2 ** -12 : value)) };
  const { indices, distances } = await streamed(queries, rows, 1, { products: 'backend' });
  expect([...indices]).toEqual([...Array(40).keys()]);
  expect([...distances]).toEqual(Array(40).fill(2 ** -12));
});

test('within a class, and never an image itself', async () => {
  const rows = normals(60, 4, 'rows');
  const labels = Int32Array.from({ length: 60 }, (_, i) => i % 3);
  const queries = part(rows, 0, 10);
  const own = Int32Array.from({ length: 10 }, (_, i) => i);
  const options = { labels: labels.subarray(0, 10), own };
  expect(plain(await streamed(queries, rows, 3, options, labels))).toEqual(
    sorted(queries, rows, 3, (i, j) => i !== j && labels[i] === labels[j]),
  );
});

test('what did not come is not there', async () => {
  const one = { values: Float64Array.of(1), count: 1, size: 1 };
  expect(plain(await streamed(one, { ...one, values: Float64Array.of(4) }, 2))).toEqual({
    indices: [0, -1],
    distances: [3, Infinity],
  });
});

test('refuses what does not fit', async () => {
  const one = { values: Float64Array.of(1), count: 1, size: 1 };
  expect(() => new NearestRows(one, 0)).toThrow(expect.objectContaining({ code: 'BAD_FEATURE_SHAPE' }));
  expect(() => new NearestRows({ ...one, values: Float64Array.of(NaN) }, 1)).toThrow(
    expect.objectContaining({ code: 'NON_FINITE_FEATURE' }),
  );
  await expect(new NearestRows(one, 1).add({ rows: normals(2, 2, 'x') })).rejects.toMatchObject({
    code: 'FEATURE_SIZES_DIFFER',
  });
  await expect(
    new NearestRows(one, 1, { labels: Int32Array.of(0) }).add({ rows: one }),
  ).rejects.toMatchObject({ code: 'BAD_FEATURE_SHAPE' });
});

test('leaks nothing', () =>
  expectNoLeak(async () => {
    await streamed(normals(5, 4, 'a'), normals(30, 4, 'b'), 2, { products: 'backend' });
  }));

test('the smallest of many, ties in their order', () => {
  const smallest = new SmallestValues(3);
  [5, 3, 3, 9, 1, 3].forEach((value, i) => smallest.offer(value, i));
  expect([...smallest.values]).toEqual([1, 3, 3]);
  expect([...smallest.indices]).toEqual([4, 1, 2]);
});
