import * as hlo from '@ganymede/stablehlo';
import { evaluate, expectAllClose, expectClose } from '../testing/evaluate.js';
import { get, indices, ndArray, scattered, type NdArray } from '../testing/nd-array.js';
import { plugins } from '../testing/plugins.js';
import type { Client } from './index.js';

interface Convolution {
  readonly x: readonly [b: number, h: number, w: number, f: number];
  readonly kernel: readonly [h: number, w: number, i: number, o: number];
  readonly strides?: readonly [number, number];
  readonly padding?: readonly [readonly [number, number], readonly [number, number]];
  readonly inputDilation?: readonly [number, number];
  readonly kernelDilation?: readonly [number, number];
  readonly featureGroups?: number;
  readonly batchGroups?: number;
  readonly reverseKernel?: boolean;
}

/** The definition, with a loop for everything: NHWC and HWIO. */
function reference(x: NdArray, kernel: NdArray, options: Convolution): NdArray {
  const { strides = [1, 1], inputDilation = [1, 1], kernelDilation = [1, 1] } = options;
  const { featureGroups = 1, batchGroups = 1, reverseKernel = false } = options;
  const { padding = [[0, 0], [0, 0]] } = options; // prettier-ignore
  const [batch, height, width] = x.shape as [number, number, number, number];
  const [kh, kw, inputs, outputs] = kernel.shape as [number, number, number, number];
  const count = (i: 0 | 1, size: number, window: number): number =>
    Math.floor(
      (padding[i][0] +
        padding[i][1] +
        (size - 1) * inputDilation[i] +
        1 -
        ((window - 1) * kernelDilation[i] + 1)) /
        strides[i],
    ) + 1;
  const places = indices([kh, kw, inputs]) as [number, number, number][];
  return ndArray([batch / batchGroups, count(0, height, kh), count(1, width, kw), outputs], (b, y, z, o) => {
    const group = Math.floor(o / (outputs / (featureGroups * batchGroups)));
    const from = b + (batchGroups > 1 ? group * (batch / batchGroups) : 0);
    return places.reduce((sum, [ky, kx, i]) => {
      const row = (y * strides[0] + ky * kernelDilation[0] - padding[0][0]) / inputDilation[0];
      const column = (z * strides[1] + kx * kernelDilation[1] - padding[1][0]) / inputDilation[1];
      const feature = i + (featureGroups > 1 ? group * inputs : 0);
      const weight = reverseKernel ? [kh - 1 - ky, kw - 1 - kx, i, o] : [ky, kx, i, o];
      return sum + get(x, [from, row, column, feature]) * get(kernel, weight);
    }, 0);
  });
}

const cases: Readonly<Record<string, Convolution>> = {
  plain: { x: [2, 5, 6, 3], kernel: [3, 3, 3, 4], padding: [[1, 1], [1, 1]] }, // prettier-ignore
  strided: { x: [2, 7, 8, 3], kernel: [4, 4, 3, 5], strides: [2, 2], padding: [[1, 1], [1, 2]] }, // prettier-ignore
  transposed: { x: [2, 4, 4, 3], kernel: [4, 4, 3, 2], inputDilation: [2, 2], padding: [[2, 2], [2, 2]], reverseKernel: true }, // prettier-ignore
  dilated: { x: [1, 9, 9, 2], kernel: [3, 3, 2, 2], kernelDilation: [2, 3] },
  cropped: { x: [2, 6, 6, 2], kernel: [3, 3, 2, 2], padding: [[-1, 1], [0, -1]] }, // prettier-ignore
  croppedDilated: { x: [1, 5, 5, 2], kernel: [2, 2, 2, 2], inputDilation: [2, 3], padding: [[-1, 1], [2, -2]] }, // prettier-ignore
  grouped: { x: [2, 5, 5, 6], kernel: [3, 3, 2, 9], featureGroups: 3, padding: [[1, 1], [1, 1]] }, // prettier-ignore
  depthwise: { x: [2, 5, 5, 4], kernel: [3, 3, 1, 8], featureGroups: 4 },
  batchGrouped: { x: [6, 5, 5, 2], kernel: [3, 3, 2, 6], batchGroups: 3 },
  pointwise: { x: [2, 3, 3, 5], kernel: [1, 1, 5, 4] },
};
const nhwc = { input: 'b01f', kernel: '01io', output: 'b01f' };

describe.each(plugins)('%s', (_name, load) => {
  let client: Client;
  beforeAll(async () => (client = await load().createClient()));
  afterAll(() => client.close());

  test('convolutions of every kind', async () => {
    const inputs = Object.fromEntries(
      Object.entries(cases).flatMap(([name, one], i) => [
        [`${name}X`, scattered(one.x, i + 1)],
        [`${name}Kernel`, scattered(one.kernel, i + 50)],
      ]),
    );
    const results = await evaluate(client, inputs, (v) =>
      Object.fromEntries(
        Object.entries(cases).map(([name, { x: _x, kernel: _kernel, ...options }]) => [
          name,
          hlo.convolution(v[`${name}X`]!, v[`${name}Kernel`]!, { dimensions: nhwc, ...options }),
        ]),
      ),
    );
    const expected = Object.fromEntries(
      Object.entries(cases).map(([name, one]) => [
        name,
        reference(inputs[`${name}X`]!, inputs[`${name}Kernel`]!, one),
      ]),
    );
    expectAllClose(results, expected, 1e-5);
  });

  test('dimensions in other places, and a filter gradient by them', async () => {
    const x = scattered([2, 5, 6, 3]);
    const kernel = scattered([3, 3, 3, 4], 2);
    const dy = scattered([2, 5, 6, 4], 3);
    const padding = [[1, 1], [1, 1]] as const; // prettier-ignore
    const results = await evaluate(client, { x, kernel, dy }, (v) => ({
      nchw: hlo.convolution(hlo.transpose(v.x, [0, 3, 1, 2]), hlo.transpose(v.kernel, [3, 2, 0, 1]), {
        dimensions: { input: 'bf01', kernel: 'oi01', output: '01bf' },
        padding,
      }),
      gradient: hlo.convolution(v.x, v.dy, {
        dimensions: { input: 'f01b', kernel: 'i01o', output: '01bf' },
        padding,
      }),
    }));
    const plain = reference(x, kernel, { ...cases.plain! });
    expectClose(
      results.nchw,
      ndArray([5, 6, 2, 4], (y, z, b, o) => get(plain, [b, y, z, o])),
      1e-5,
    );
    const places = indices([2, 5, 6]) as [number, number, number][];
    const gradient = ndArray([3, 3, 3, 4], (ky, kx, i, o) =>
      places.reduce(
        (sum, [b, y, z]) => sum + get(x, [b, y + ky - 1, z + kx - 1, i]) * get(dy, [b, y, z, o]),
        0,
      ),
    );
    expectClose(results.gradient, gradient, 1e-5);
  });

  test('products of matrices', async () => {
    const a = scattered([2, 3, 4]);
    const b = scattered([2, 4, 5], 2);
    const results = await evaluate(client, { a, b }, (v) => ({
      batched: hlo.dotGeneral(v.a, v.b, {
        batching: [[0], [0]],
        contracting: [[2], [1]],
        precision: 'HIGHEST',
      }),
      outer: hlo.dotGeneral(v.a, v.b, { contracting: [[0, 2], [0, 1]] }), // prettier-ignore
      mixed: hlo.dotGeneral(hlo.convert(v.a, 'bf16'), hlo.convert(v.b, 'bf16'), {
        batching: [[0], [0]],
        contracting: [[2], [1]],
        resultType: 'f32',
      }),
    }));
    const four = [0, 1, 2, 3];
    const batched = ndArray([2, 3, 5], (n, i, j) =>
      four.reduce((sum, k) => sum + get(a, [n, i, k]) * get(b, [n, k, j]), 0),
    );
    expectClose(results.batched, batched);
    expectClose(
      results.outer,
      ndArray([3, 5], (i, j) => get(batched, [0, i, j]) + get(batched, [1, i, j])),
    );
    expect(results.mixed.elementType).toBe('f32');
    expectClose(results.mixed, batched, 2e-2);
  });

  test('a bfloat16 convolution whose sums are float32', async () => {
    // 2304 terms of 1/16 each: in bfloat16 a sum would stay at 16 for ever.
    const x = ndArray([1, 4, 3, 256], () => 0.25);
    const kernel = ndArray([3, 3, 256, 2], () => 0.25);
    const results = await evaluate(client, { x, kernel }, (v) => ({
      y: hlo.convolution(hlo.convert(v.x, 'bf16'), hlo.convert(v.kernel, 'bf16'), {
        dimensions: nhwc,
        resultType: 'f32',
      }),
    }));
    expect(results.y).toEqual({ elementType: 'f32', shape: [1, 2, 1, 2], values: [144, 144, 144, 144] });
  });
});
