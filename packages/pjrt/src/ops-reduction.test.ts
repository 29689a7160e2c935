import * as hlo from '@ganymede/stablehlo';
import { evaluate, expectAllClose } from '../testing/evaluate.js';
import { get, indices, ndArray, scattered } from '../testing/nd-array.js';
import { plugins } from '../testing/plugins.js';
import type { Client } from './index.js';

describe.each(plugins)('%s', (_name, load) => {
  let client: Client;
  beforeAll(async () => (client = await load().createClient()));
  afterAll(() => client.close());

  test('reductions', async () => {
    const x = scattered([3, 4, 5]);
    const n = { ...ndArray([3, 4], (i, j) => (i * 7 + j * 5) % 13), elementType: 'i32' as const };
    const none = { shape: [0, 2], values: [] };
    const inside = (j: number): number[] => indices([3, 5]).map(([i, k]) => get(x, [i!, j, k!]));
    const results = await evaluate(client, { x, n, none }, (v, main) => ({
      sum: hlo.reduce(v.x, [0, 2], 'add'),
      product: hlo.reduce(v.x, [0, 2], 'multiply'),
      largest: hlo.reduce(v.x, [0, 2], 'maximum'),
      smallest: hlo.reduce(v.x, [0, 2], 'minimum'),
      whole: hlo.reduce(v.x, [0, 1, 2], 'add'),
      and: hlo.reduce(v.n, [1], 'and'),
      or: hlo.reduce(v.n, [1], 'or'),
      all: hlo.reduce(hlo.compare(v.x, hlo.splat(main, v.x.type, -0.9), 'GT'), [2], 'and'),
      any: hlo.reduce(hlo.compare(v.x, hlo.splat(main, v.x.type, 0.8), 'GT'), [2], 'or'),
      largestInteger: hlo.reduce(v.n, [0], 'maximum'),
      ofNone: hlo.reduce(v.none, [0], 'add'),
      lowestOfNone: hlo.reduce(v.none, [0], 'maximum'),
    }));
    const fold = (i: number, f: (a: number, b: number) => number) =>
      [0, 1, 2, 3].map((j) => get(n, [i, j])).reduce(f);
    const row = (i: number, j: number): number[] => [0, 1, 2, 3, 4].map((k) => get(x, [i, j, k]));
    expectAllClose(results, {
      sum: ndArray([4], (j) => inside(j).reduce((a, b) => a + b)),
      product: ndArray([4], (j) => inside(j).reduce((a, b) => a * b)),
      largest: ndArray([4], (j) => Math.max(...inside(j))),
      smallest: ndArray([4], (j) => Math.min(...inside(j))),
      whole: { shape: [], values: [x.values.reduce((a, b) => a + b)] },
      and: ndArray([3], (i) => fold(i, (a, b) => a & b)),
      or: ndArray([3], (i) => fold(i, (a, b) => a | b)),
      all: ndArray([3, 4], (i, j) => (row(i, j).every((v) => v > -0.9) ? 1 : 0)),
      any: ndArray([3, 4], (i, j) => (row(i, j).some((v) => v > 0.8) ? 1 : 0)),
      largestInteger: ndArray([4], (j) => Math.max(...[0, 1, 2].map((i) => get(n, [i, j])))),
      ofNone: { shape: [2], values: [0, 0] },
      lowestOfNone: { shape: [2], values: [-Infinity, -Infinity] },
    });
  });

  test('a reduction of one’s own: the largest element and where it is', async () => {
    const x = scattered([4, 6]);
    const results = await evaluate(client, { x }, (v, main) => {
      const i32 = hlo.tensorType('i32', [4, 6]);
      const [largest, at] = hlo.reduceWith(
        [v.x, hlo.iota(main, i32, 1)],
        [hlo.extreme(main, hlo.tensorType('f32'), 'lowest'), hlo.splat(main, hlo.tensorType('i32'), 0)],
        [1],
        (a, i, b, j) => {
          const first = hlo.compare(a!, b!, 'GE');
          return [hlo.select(first, a!, b!), hlo.select(first, i!, j!)];
        },
      );
      return { largest: largest!, at: at! };
    });
    const row = (i: number): number[] => [0, 1, 2, 3, 4, 5].map((j) => get(x, [i, j]));
    expectAllClose(results, {
      largest: ndArray([4], (i) => Math.max(...row(i))),
      at: ndArray([4], (i) => row(i).indexOf(Math.max(...row(i)))),
    });
  });

  test('pooling and its gradients', async () => {
    const x = scattered([2, 5, 6, 3]);
    const dy = scattered([2, 3, 3, 3], 9);
    const window = { window: [1, 2, 2, 1], strides: [1, 2, 2, 1], padding: [[0, 0], [0, 1], [0, 0], [0, 0]] } as const; // prettier-ignore
    const results = await evaluate(client, { x, dy }, (v) => ({
      maximum: hlo.reduceWindow(v.x, window, 'maximum'),
      sum: hlo.reduceWindow(v.x, window, 'add'),
      dilated: hlo.reduceWindow(v.x, { window: [1, 2, 2, 1], windowDilation: [1, 2, 3, 1] }, 'add'),
      gradient: hlo.selectAndScatter(v.x, v.dy, window),
    }));
    const places = indices([2, 2]) as [number, number][];
    const inside = (b: number, i: number, j: number, c: number): number[] =>
      places.filter(([y]) => 2 * i + y < 5).map(([y, z]) => get(x, [b, 2 * i + y, 2 * j + z, c]));
    expectAllClose(results, {
      maximum: ndArray([2, 3, 3, 3], (...at) =>
        Math.max(...inside(...(at as [number, number, number, number]))),
      ),
      sum: ndArray([2, 3, 3, 3], (...at) =>
        inside(...(at as [number, number, number, number])).reduce((a, b) => a + b),
      ),
      dilated: ndArray([2, 3, 3, 3], (b, i, j, c) =>
        places.reduce((sum, [y, z]) => sum + get(x, [b, i + 2 * y, j + 3 * z, c]), 0),
      ),
      gradient: ndArray([2, 5, 6, 3], (b, y, z, c) => {
        const [i, j] = [y >> 1, z >> 1];
        return get(x, [b, y, z, c]) === Math.max(...inside(b, i, j, c)) ? get(dy, [b, i, j, c]) : 0;
      }),
    });
  });

  test('of equal elements the first gets the gradient of pooling', async () => {
    const results = await evaluate(client, { x: ndArray([4], () => 1), dy: ndArray([2], () => 5) }, (v) => ({
      gradient: hlo.selectAndScatter(v.x, v.dy, { window: [2], strides: [2] }),
    }));
    expect(results.gradient.values).toEqual([5, 0, 5, 0]);
  });

  test('sorting several values by one, equal ones in their order', async () => {
    const keys = ndArray([2, 6], (i, j) => [3, 1, 2, 3, 1, 0][(j + i) % 6]!);
    const results = await evaluate(client, { keys }, (v, main) => {
      const [sorted, order] = hlo.sort(
        [v.keys, hlo.iota(main, hlo.tensorType('i32', [2, 6]), 1)],
        1,
        (a, b) => hlo.compare(a!, b!, 'GT'),
      );
      return { sorted: sorted!, order: order! };
    });
    expect(results.sorted.values).toEqual([3, 3, 2, 1, 1, 0, 3, 3, 2, 1, 1, 0]);
    expect(results.order.values).toEqual([0, 3, 2, 1, 4, 5, 2, 5, 1, 0, 3, 4]);
  });
});
