import * as s from './index.js';
import { typeText, type ElementType, type Value } from './index.js';

const main = new s.ModuleBuilder('shapes', { replicas: 4 }).main();
const f32 = (...shape: number[]): Value => main.argument(s.tensorType('f32', shape));
const of = (type: ElementType, ...shape: number[]): Value => main.argument(s.tensorType(type, shape));
const nhwc = { input: 'b01f', kernel: '01io', output: 'b01f' };

/** What an op gives, or the message of its error. */
function outcome(act: () => Value): string {
  try {
    return typeText(act().type).slice('tensor<'.length, -1);
  } catch (error) {
    if (!(error instanceof s.StableHloError)) throw error;
    return `${error.code} ${error.message}`;
  }
}

test.each<[string, () => Value, string]>([
  ['add', () => s.add(f32(2, 3), f32(2, 3)), '2x3xf32'],
  [
    'add of other shapes',
    () => s.add(f32(2, 3), f32(3)),
    'SHAPE_MISMATCH add: expected equal shapes, got [2, 3] and [3]',
  ],
  [
    'add of other types',
    () => s.add(f32(2), of('i32', 2)),
    'TYPE_MISMATCH add: expected two of f32, got i32',
  ],
  [
    'subtract of truth values',
    () => s.subtract(of('i1'), of('i1')),
    'TYPE_MISMATCH subtract: expected numbers, got tensor<i1>',
  ],
  [
    'exponential of integers',
    () => s.exponential(of('i32', 2)),
    'TYPE_MISMATCH exponential: expected floats, got tensor<2xi32>',
  ],
  [
    'and of floats',
    () => s.and(f32(), f32()),
    'TYPE_MISMATCH and: expected integers or truth values, got tensor<f32>',
  ],
  ['compare', () => s.compare(f32(2), f32(2), 'LT'), '2xi1'],
  ['is finite', () => s.isFinite(f32(2)), '2xi1'],
  ['select', () => s.select(of('i1'), f32(2), f32(2)), '2xf32'],
  [
    'select by numbers',
    () => s.select(f32(), f32(2), f32(2)),
    'TYPE_MISMATCH select: expected truth values (i1) to select by, got tensor<f32>',
  ],
  [
    'select by others',
    () => s.select(of('i1', 3), f32(2), f32(2)),
    'SHAPE_MISMATCH select: expected the shape [] or [2], got [3]',
  ],
  ['clamp', () => s.clamp(f32(), f32(2), f32(2)), '2xf32'],
  [
    'clamp by integers',
    () => s.clamp(of('i32'), f32(2), f32()),
    'TYPE_MISMATCH clamp: expected bounds of f32, got i32',
  ],
  ['convert', () => s.convert(f32(2), 'bf16'), '2xbf16'],
  ['bitcast to narrower', () => s.bitcastConvert(f32(2), 'ui8'), '2x4xui8'],
  ['bitcast to wider', () => s.bitcastConvert(of('ui8', 2, 4), 'f32'), '2xf32'],
  [
    'bitcast of a rest',
    () => s.bitcastConvert(of('ui8', 3), 'f32'),
    'SHAPE_MISMATCH bitcast_convert: expected 4 parts of f32 in the last dimension, got [3]',
  ],

  ['reshape', () => s.reshape(f32(2, 6), [3, 4]), '3x4xf32'],
  [
    'reshape to more',
    () => s.reshape(f32(2, 6), [5]),
    'SHAPE_MISMATCH reshape: expected 12 elements as in [2, 6], got [5]',
  ],
  ['broadcast', () => s.broadcastInDim(f32(3, 1), [2, 4, 3], [2, 1]), '2x4x3xf32'],
  [
    'broadcast of a misfit',
    () => s.broadcastInDim(f32(3), [2, 4], [1]),
    'SHAPE_MISMATCH broadcast_in_dim: expected sizes of 1 or of [2, 4] at [1], got [3]',
  ],
  ['broadcast as numpy does', () => s.broadcastTo(f32(3, 1), [2, 3, 4]), '2x3x4xf32'],
  [
    'broadcast to fewer',
    () => s.broadcastTo(f32(3, 1), [3]),
    'SHAPE_MISMATCH broadcastTo: expected a rank of 2 or more, got [3]',
  ],
  ['transpose', () => s.transpose(f32(2, 3, 4), [2, 0, 1]), '4x2x3xf32'],
  [
    'transpose twice the same',
    () => s.transpose(f32(2, 3), [0, 0]),
    'BAD_ATTRIBUTE transpose: expected different dimensions below 2, got [0, 0]',
  ],
  ['slice', () => s.slice(f32(5, 8), [1, 0], [4, 8], [1, 3]), '3x3xf32'],
  [
    'slice beyond',
    () => s.slice(f32(5), [1], [6]),
    'BAD_ATTRIBUTE slice: expected starts up to limits up to sizes of [5], got [1] to [6]',
  ],
  ['pad', () => s.pad(f32(4, 3), f32(), [1, -1], [2, 0], [0, 2]), '7x6xf32'],
  [
    'pad to less than nothing',
    () => s.pad(f32(1), f32(), [-2], [0]),
    'SHAPE_MISMATCH pad: expected sizes of 0 or more, got [-1] of [1]',
  ],
  [
    'pad with a vector',
    () => s.pad(f32(1), f32(1), [0], [0]),
    'SHAPE_MISMATCH pad: expected a scalar, got [1]',
  ],
  ['concatenate', () => s.concatenate([f32(2, 3), f32(4, 3)], 0), '6x3xf32'],
  [
    'concatenate a misfit',
    () => s.concatenate([f32(2, 3), f32(4, 2)], 0),
    'SHAPE_MISMATCH concatenate: expected [2, 3] but for dimension 0, got [4, 2]',
  ],
  ['reverse', () => s.reverse(f32(2, 3), [0, 1]), '2x3xf32'],
  ['iota', () => s.iota(main, s.tensorType('i32', [2, 3]), 1), '2x3xi32'],
  [
    'iota beyond',
    () => s.iota(main, s.tensorType('i32', [2]), 1),
    'BAD_ATTRIBUTE iota: expected different dimensions below 1, got [1]',
  ],
  ['dynamic slice', () => s.dynamicSlice(f32(4, 5), [of('i32'), of('i32')], [2, 5]), '2x5xf32'],
  [
    'dynamic slice by floats',
    () => s.dynamicSlice(f32(4), [f32()], [2]),
    'TYPE_MISMATCH dynamic_slice: expected starts that are scalars of one integer type, got tensor<f32>',
  ],
  ['dynamic update', () => s.dynamicUpdateSlice(f32(4, 5), f32(1, 5), [of('i32'), of('i32')]), '4x5xf32'],
  [
    'dynamic update by more',
    () => s.dynamicUpdateSlice(f32(4), f32(5), [of('i32')]),
    'SHAPE_MISMATCH dynamic_update_slice: expected sizes up to [4], got [5]',
  ],
  ['take', () => s.take(f32(7, 5, 3), of('i32', 2, 4), 1), '7x2x4x3xf32'],
  ['take one', () => s.take(f32(7, 5), of('i32'), 0), '5xf32'],
  [
    'take by floats',
    () => s.take(f32(7), f32(2), 0),
    'TYPE_MISMATCH gather: expected indices that are integers, got tensor<2xf32>',
  ],
  ['add rows', () => s.addRows(f32(7, 5, 3), of('i32', 2, 4), f32(7, 2, 4, 3), 1), '7x5x3xf32'],
  [
    'add rows of others',
    () => s.addRows(f32(7, 5), of('i32', 2), f32(3, 5), 0),
    'SHAPE_MISMATCH scatter: expected updates of [2] windows up to [5], got [3, 5]',
  ],

  [
    'product',
    () => s.dotGeneral(f32(4, 2, 3), f32(4, 3, 5), { batching: [[0], [0]], contracting: [[2], [1]] }),
    '4x2x5xf32',
  ],
  [
    'product in float32',
    () => s.dotGeneral(of('bf16', 2, 3), of('bf16', 3, 5), { contracting: [[1], [0]], resultType: 'f32' }),
    '2x5xf32',
  ],
  [
    'product of a misfit',
    () => s.dotGeneral(f32(2, 3), f32(4, 5), { contracting: [[1], [0]] }),
    'SHAPE_MISMATCH dot_general: expected equal sizes at [1] and [0], got [2, 3] and [4, 5]',
  ],
  [
    'convolution',
    () =>
      s.convolution(f32(2, 32, 32, 3), f32(3, 3, 3, 64), {
        dimensions: nhwc,
        padding: [
          [1, 1],
          [1, 1],
        ],
      }),
    '2x32x32x64xf32',
  ],
  [
    'strided convolution',
    () =>
      s.convolution(f32(2, 33, 32, 3), f32(4, 4, 3, 8), {
        dimensions: nhwc,
        strides: [2, 2],
        padding: [
          [1, 1],
          [1, 1],
        ],
      }),
    '2x16x16x8xf32',
  ],
  [
    'transposed convolution',
    () =>
      s.convolution(f32(2, 4, 4, 8), f32(4, 4, 8, 3), {
        dimensions: nhwc,
        inputDilation: [2, 2],
        padding: [
          [2, 2],
          [2, 2],
        ],
      }),
    '2x8x8x3xf32',
  ],
  [
    'dilated convolution',
    () => s.convolution(f32(1, 9, 9, 1), f32(3, 3, 1, 1), { dimensions: nhwc, kernelDilation: [2, 3] }),
    '1x5x3x1xf32',
  ],
  [
    'grouped convolution',
    () => s.convolution(f32(2, 8, 8, 6), f32(3, 3, 2, 9), { dimensions: nhwc, featureGroups: 3 }),
    '2x6x6x9xf32',
  ],
  [
    'convolution with batch groups',
    () => s.convolution(f32(6, 8, 8, 2), f32(3, 3, 2, 9), { dimensions: nhwc, batchGroups: 3 }),
    '2x6x6x9xf32',
  ],
  [
    'filter gradient',
    () =>
      s.convolution(f32(2, 8, 8, 3), f32(2, 8, 8, 5), {
        dimensions: { input: 'f01b', kernel: 'i01o', output: '01bf' },
        padding: [
          [1, 1],
          [1, 1],
        ],
      }),
    '3x3x3x5xf32',
  ],
  [
    'convolution in one dimension',
    () =>
      s.convolution(f32(2, 9, 3), f32(3, 3, 4), {
        dimensions: { input: 'b0f', kernel: '0io', output: 'bf0' },
      }),
    '2x4x7xf32',
  ],
  [
    'convolution of other features',
    () => s.convolution(f32(2, 8, 8, 5), f32(3, 3, 3, 4), { dimensions: nhwc }),
    'SHAPE_MISMATCH convolution: expected 3 input features for the kernel [3, 3, 3, 4] and 1 groups, got 5 in [2, 8, 8, 5]',
  ],
  [
    'convolution of unknown letters',
    () => s.convolution(f32(2, 8, 8, 3), f32(3, 3, 3, 4), { dimensions: { ...nhwc, input: 'nhwc' } }),
    'BAD_ATTRIBUTE convolution input: expected the letters bf01 in any order, got nhwc',
  ],
  [
    'uneven groups',
    () => s.convolution(f32(2, 8, 8, 6), f32(3, 3, 3, 5), { dimensions: nhwc, featureGroups: 2 }),
    'SHAPE_MISMATCH convolution: expected output features and a batch that 2 groups share evenly, got 5 and 2',
  ],

  ['sum', () => s.reduce(f32(2, 3, 4), [0, 2], 'add'), '3xf32'],
  [
    'sum of a dimension twice',
    () => s.reduce(f32(2, 3), [1, 1], 'add'),
    'BAD_ATTRIBUTE reduce: expected different dimensions below 2, got [1, 1]',
  ],
  [
    'and of floats reduced',
    () => s.reduce(f32(2), [0], 'and'),
    'TYPE_MISMATCH and: expected integers or truth values, got f32',
  ],
  [
    'pooling',
    () =>
      s.reduceWindow(
        f32(2, 9, 9, 3),
        {
          window: [1, 2, 2, 1],
          strides: [1, 2, 2, 1],
          padding: [
            [0, 0],
            [0, 1],
            [0, 1],
            [0, 0],
          ],
        },
        'maximum',
      ),
    '2x5x5x3xf32',
  ],
  [
    'gradient of pooling',
    () =>
      s.selectAndScatter(f32(2, 8, 8, 3), f32(2, 4, 4, 3), { window: [1, 2, 2, 1], strides: [1, 2, 2, 1] }),
    '2x8x8x3xf32',
  ],
  [
    'gradient of another shape',
    () => s.selectAndScatter(f32(8), f32(3), { window: [2], strides: [2] }),
    'SHAPE_MISMATCH select_and_scatter: expected a source of [4] for [8], got [3]',
  ],
  [
    'a region that gives another type',
    () => s.reduceWith([f32(3)], [f32()], [0], (a, b) => [s.compare(a!, b!, 'LT')])[0]!,
    'TYPE_MISMATCH region of reduce: expected tensor<f32>, got tensor<i1>',
  ],
  ['sort', () => s.sort([f32(3, 4), of('i32', 3, 4)], 1, (a, b) => s.compare(a!, b!, 'LT'))[1]!, '3x4xi32'],
  [
    'sort by numbers',
    () => s.sort([f32(3)], 0, (a) => a!)[0]!,
    'TYPE_MISMATCH region of sort: expected tensor<i1>, got tensor<f32>',
  ],
  [
    'if of two types',
    () =>
      s.ifElse(
        of('i1'),
        () => [f32()],
        () => [f32(2)],
      )[0]!,
    'TYPE_MISMATCH region of if: expected tensor<f32>, got tensor<2xf32>',
  ],
  ['all_gather', () => s.allGather(f32(3, 2), 0), '12x2xf32'],
  [
    'all_gather in pairs',
    () =>
      s.allGather(f32(3, 2), 1, {
        groups: [
          [0, 1],
          [2, 3],
        ],
      }),
    '3x4xf32',
  ],
  [
    'all_reduce of some',
    () => s.allReduce(f32(3), 'add', { groups: [[0, 1]] }),
    'BAD_ATTRIBUTE all_reduce: expected each of 4 replicas in one of groups of equal size, got [[0, 1]]',
  ],
  ['random bits', () => s.rngBitGenerator(of('ui64', 2), s.tensorType('ui32', [5]))[1], '5xui32'],
  [
    'random bits of a short state',
    () => s.rngBitGenerator(of('ui64', 2), s.tensorType('ui32', [5]), 'PHILOX')[1],
    'TYPE_MISMATCH rng_bit_generator: expected a state tensor<3xui64> for PHILOX, got tensor<2xui64>',
  ],
  [
    'a type of a fraction',
    () => f32(1.5),
    'BAD_ATTRIBUTE tensorType: expected sizes of 0 or more, got [1.5]',
  ],
])('%s', (_what, act, expected) => {
  expect(outcome(act)).toBe(expected);
});

test('an op that does nothing is none', () => {
  const x = f32(2, 3);
  const before = main.operationCount;
  expect([s.reshape(x, [2, 3]), s.broadcastTo(x, [2, 3]), s.convert(x, 'f32')]).toEqual([x, x, x]);
  expect(main.operationCount).toBe(before);
});
