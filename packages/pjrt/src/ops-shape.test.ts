import * as hlo from '@ganymede/stablehlo';
import { evaluate, expectAllClose } from '../testing/evaluate.js';
import { get, indices, ndArray, scattered } from '../testing/nd-array.js';
import { plugins } from '../testing/plugins.js';
import type { Client } from './index.js';

describe.each(plugins)('%s', (_name, load) => {
  let client: Client;
  beforeAll(async () => (client = await load().createClient()));
  afterAll(() => client.close());

  test('elements that move', async () => {
    const x = scattered([3, 4, 5]);
    const y = scattered([3, 2, 5], 7);
    const low = [1, -1, 0];
    const high = [0, 2, -2];
    const interior = [0, 1, 2];
    const results = await evaluate(client, { x, y }, (v, main) => ({
      reshape: hlo.reshape(v.x, [6, 10]),
      broadcast: hlo.broadcastInDim(hlo.reshape(v.x, [3, 20, 1]), [2, 20, 3, 2], [2, 1, 0]),
      broadcastTo: hlo.broadcastTo(hlo.reduce(v.x, [0, 1], 'maximum'), [2, 5]),
      transpose: hlo.transpose(v.x, [2, 0, 1]),
      slice: hlo.slice(v.x, [1, 0, 1], [3, 4, 5], [1, 2, 3]),
      pad: hlo.pad(v.x, hlo.splat(main, hlo.tensorType('f32'), 9), low, high, interior),
      concatenate: hlo.concatenate([v.x, v.y], 1),
      reverse: hlo.reverse(v.x, [0, 2]),
      iota: hlo.iota(main, hlo.tensorType('i32', [2, 3]), 1),
    }));
    const flat = (i: number): number => x.values[i]!;
    expectAllClose(results, {
      reshape: ndArray([6, 10], (i, j) => flat(i * 10 + j)),
      broadcast: ndArray([2, 20, 3, 2], (_a, b, c) => flat(c * 20 + b)),
      broadcastTo: ndArray([2, 5], (_i, j) =>
        Math.max(...indices([3, 4]).map(([a, b]) => get(x, [a!, b!, j]))),
      ),
      transpose: ndArray([5, 3, 4], (a, b, c) => get(x, [b, c, a])),
      slice: ndArray([2, 2, 2], (i, j, k) => get(x, [1 + i, 2 * j, 1 + 3 * k])),
      pad: ndArray([4, 8, 11], (...index) => {
        const from = index.map((one, i) => (one - low[i]!) / (interior[i]! + 1));
        return from.every((one, i) => Number.isInteger(one) && one >= 0 && one < x.shape[i]!)
          ? get(x, from)
          : 9;
      }),
      concatenate: ndArray([3, 6, 5], (i, j, k) => (j < 4 ? get(x, [i, j, k]) : get(y, [i, j - 4, k]))),
      reverse: ndArray([3, 4, 5], (i, j, k) => get(x, [2 - i, j, 4 - k])),
      iota: ndArray([2, 3], (_i, j) => j),
    });
  });

  test('slices at computed places, moved inside', async () => {
    const x = scattered([4, 5]);
    const update = scattered([2, 3], 5);
    const at = { shape: [], values: [2], elementType: 'i32' as const };
    const far = { shape: [], values: [9], elementType: 'i32' as const };
    const results = await evaluate(client, { x, update, at, far }, (v) => ({
      slice: hlo.dynamicSlice(v.x, [v.at, v.far], [2, 3]),
      update: hlo.dynamicUpdateSlice(v.x, v.update, [v.at, v.at]),
    }));
    expectAllClose(results, {
      slice: ndArray([2, 3], (i, j) => get(x, [2 + i, 2 + j])),
      update: ndArray([4, 5], (i, j) => (i >= 2 && j >= 2 ? get(update, [i - 2, j - 2]) : get(x, [i, j]))),
    });
  });

  test('take, its gradient, one-hot, gather of points, scatter', async () => {
    const x = scattered([3, 4, 2]);
    const rows = { shape: [2, 3], values: [0, 2, 3, 2, 2, 1], elementType: 'i32' as const };
    const points = { shape: [3, 2], values: [0, 1, 2, 3, 1, 0], elementType: 'i32' as const };
    const updates = scattered([3, 2, 3, 2], 3);
    const pairs = scattered([3, 2], 11);
    const results = await evaluate(client, { x, rows, points, updates, pairs }, (v, main) => ({
      take: hlo.take(v.x, v.rows, 1),
      takeLast: hlo.take(hlo.reshape(v.x, [6, 4]), v.rows, 1),
      addRows: hlo.addRows(hlo.splat(main, v.x.type, 0), v.rows, v.updates, 1),
      oneHot: hlo.convert(
        hlo.compare(
          hlo.broadcastInDim(v.rows, [2, 3, 4], [0, 1]),
          hlo.iota(main, hlo.tensorType('i32', [2, 3, 4]), 2),
          'EQ',
        ),
        'f32',
      ),
      points: hlo.gather(v.x, v.points, {
        offsetDims: [1],
        collapsedSliceDims: [0, 1],
        startIndexMap: [0, 1],
        indexVectorDim: 1,
        sliceSizes: [1, 1, 2],
      }),
      replaced: hlo.scatter(
        v.x,
        v.points,
        v.pairs,
        {
          updateWindowDims: [1],
          insertedWindowDims: [0, 1],
          scatterDimsToOperandDims: [0, 1],
          indexVectorDim: 1,
          unique: true,
        },
        'replace',
      ),
    }));
    const row = (a: number, b: number): number => rows.values[a * 3 + b]!;
    const isPoint = (i: number, j: number): number =>
      [0, 1, 2].find((p) => points.values[2 * p] === i && points.values[2 * p + 1] === j) ?? -1;
    expectAllClose(results, {
      take: ndArray([3, 2, 3, 2], (i, a, b, k) => get(x, [i, row(a, b), k])),
      takeLast: ndArray([6, 2, 3], (i, a, b) => x.values[i * 4 + row(a, b)]!),
      addRows: ndArray([3, 4, 2], (i, j, k) =>
        indices([2, 3])
          .filter(([a, b]) => row(a!, b!) === j)
          .reduce((sum, [a, b]) => sum + get(updates, [i, a!, b!, k]), 0),
      ),
      oneHot: ndArray([2, 3, 4], (a, b, c) => (row(a, b) === c ? 1 : 0)),
      points: ndArray([3, 2], (p, k) => get(x, [points.values[2 * p]!, points.values[2 * p + 1]!, k])),
      replaced: ndArray([3, 4, 2], (i, j, k) =>
        isPoint(i, j) < 0 ? get(x, [i, j, k]) : get(pairs, [isPoint(i, j), k]),
      ),
    });
  });
});
