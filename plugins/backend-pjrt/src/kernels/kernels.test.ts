import * as tf from '@tensorflow/tfjs';
import { plugins } from '../../testing/plugins.js';
import { activateBoth, expectSameAs, type Fn, type SameOptions } from '../../testing/same-as.js';
import { deviceKernels } from './register-kernels.js';

type Shapes = readonly (readonly number[])[];
type Case =
  | readonly [name: string, fn: Fn, shapes: Shapes]
  | readonly [name: string, fn: Fn, shapes: Shapes, options: SameOptions];
const value = { gradients: false };
const positive = { inputs: (x: number) => Math.abs(x) + 0.1 };
const inside = { inputs: (x: number) => Math.tanh(x) * 0.9 };
const whole = (x: tf.Tensor): tf.Tensor => tf.cast(tf.mul(x, 3), 'int32');
/** A condition that is no function of the inputs to a gradient. */
const pattern = ({ shape }: tf.Tensor): tf.Tensor =>
  tf.greater(tf.randomNormal(shape, 0, 1, 'float32', 3), 0);
const pair = [
  [3, 4],
  [3, 4],
];

const arithmetic: readonly Case[] = [
  ['add', (a: tf.Tensor, b: tf.Tensor) => tf.add(a, b), [[2, 3, 4], [4]]],
  [
    'sub',
    (a: tf.Tensor, b: tf.Tensor) => tf.sub(a, b),
    [
      [2, 1, 4],
      [3, 1],
    ],
  ],
  ['mul', (a: tf.Tensor, b: tf.Tensor) => tf.mul(a, b), [[3, 4], [1]]],
  ['div', (a: tf.Tensor, b: tf.Tensor) => tf.div(a, b), pair, positive],
  [
    'div of integers',
    (a: tf.Tensor, b: tf.Tensor) => tf.div(whole(a), tf.add(tf.abs(whole(b)), 1)),
    pair,
    value,
  ],
  ['floorDiv', (a: tf.Tensor, b: tf.Tensor) => tf.floorDiv(a, b), pair, value],
  [
    'floorDiv of integers',
    (a: tf.Tensor, b: tf.Tensor) => tf.floorDiv(whole(a), tf.sub(tf.mul(2, whole(b)), 1)),
    pair,
    value,
  ],
  ['mod', (a: tf.Tensor, b: tf.Tensor) => tf.mod(a, b), pair, value],
  ['pow', (a: tf.Tensor, b: tf.Tensor) => tf.pow(a, b), pair, positive],
  ['maximum', (a: tf.Tensor, b: tf.Tensor) => tf.maximum(a, b), pair],
  ['minimum', (a: tf.Tensor, b: tf.Tensor) => tf.minimum(a, b), pair],
  ['squaredDifference', (a: tf.Tensor, b: tf.Tensor) => tf.squaredDifference(a, b), pair],
  ['atan2', (a: tf.Tensor, b: tf.Tensor) => tf.atan2(a, b), pair],
  ['addN', (a: tf.Tensor, b: tf.Tensor) => tf.addN([a, b, a]), pair],
  ['equal', (a: tf.Tensor, b: tf.Tensor) => tf.equal(whole(a), whole(b)), [[50], [50]], value],
  ['notEqual', (a: tf.Tensor, b: tf.Tensor) => tf.notEqual(whole(a), whole(b)), [[50], [50]], value],
  ['greater', (a: tf.Tensor, b: tf.Tensor) => tf.greater(a, b), pair, value],
  ['greaterEqual', (a: tf.Tensor, b: tf.Tensor) => tf.greaterEqual(whole(a), whole(b)), [[50], [50]], value],
  ['less', (a: tf.Tensor, b: tf.Tensor) => tf.less(a, b), pair, value],
  ['lessEqual', (a: tf.Tensor, b: tf.Tensor) => tf.lessEqual(whole(a), whole(b)), [[50], [50]], value],
  [
    'logicalAnd',
    (a: tf.Tensor, b: tf.Tensor) => tf.logicalAnd(tf.greater(a, 0), tf.greater(b, 0)),
    pair,
    value,
  ],
  [
    'logicalOr',
    (a: tf.Tensor, b: tf.Tensor) => tf.logicalOr(tf.greater(a, 0), tf.greater(b, 0)),
    pair,
    value,
  ],
  [
    'logicalXor',
    (a: tf.Tensor, b: tf.Tensor) => tf.logicalXor(tf.greater(a, 0), tf.greater(b, 0)),
    pair,
    value,
  ],
  ['logicalNot', (a: tf.Tensor) => tf.logicalNot(tf.greater(a, 0)), [[3, 4]], value],
  ['where', (a: tf.Tensor, b: tf.Tensor) => tf.where(pattern(a), a, b), pair],
  ['isNaN', (a: tf.Tensor) => tf.isNaN(tf.log(a)), [[20]], value],
  ['isInf', (a: tf.Tensor) => tf.isInf(tf.div(a, tf.relu(a))), [[20]], value],
  ['isFinite', (a: tf.Tensor) => tf.isFinite(tf.div(a, tf.relu(a))), [[20]], value],
];

const unary = (name: string, fn: (x: tf.Tensor) => tf.Tensor, options: SameOptions = {}): Case => [
  name,
  fn,
  [[3, 7]],
  options,
];
const unaries: readonly Case[] = [
  unary('abs', tf.abs),
  unary('neg', tf.neg),
  unary('sign', tf.sign),
  unary('square', tf.square),
  unary('exp', tf.exp),
  unary('expm1', tf.expm1),
  unary('log', tf.log, positive),
  unary('log1p', tf.log1p, positive),
  unary('sqrt', tf.sqrt, positive),
  unary('rsqrt', tf.rsqrt, positive),
  unary('reciprocal', tf.reciprocal, positive),
  unary('floor', tf.floor),
  unary('ceil', tf.ceil),
  unary('round', tf.round),
  unary('round of halves', (x) => tf.round(tf.div(whole(x), 2)), value),
  unary('sin', tf.sin),
  unary('cos', tf.cos),
  unary('tan', tf.tan, inside),
  unary('asin', tf.asin, inside),
  unary('acos', tf.acos, inside),
  unary('atan', tf.atan),
  unary('sinh', tf.sinh),
  unary('cosh', tf.cosh),
  unary('tanh', tf.tanh),
  unary('asinh', tf.asinh),
  unary('acosh', tf.acosh, { inputs: (x) => 1.5 + Math.abs(x) }),
  unary('atanh', tf.atanh, inside),
  unary('sigmoid', tf.sigmoid),
  unary('softplus', tf.softplus),
  unary('softplus far out', (x) => tf.softplus(tf.mul(x, 40))),
  unary('step', (x) => tf.step(x, 0.3)),
  unary('clipByValue', (x) => tf.clipByValue(x, -0.5, 0.7)),
  unary('relu', tf.relu),
  unary('relu6', (x) => tf.relu6(tf.mul(x, 6))),
  unary('elu', tf.elu),
  unary('selu', tf.selu),
  unary('leakyRelu', (x) => tf.leakyRelu(x, 0.1)),
  ['prelu', (x: tf.Tensor, alpha: tf.Tensor) => tf.prelu(x, alpha), [[3, 7], [7]]],
  unary('cast to int32', (x) => tf.cast(tf.mul(x, 5), 'int32'), value),
  unary('cast to bool', (x) => tf.cast(whole(x), 'bool'), value),
  unary('cast from bool', (x) => tf.cast(tf.greater(x, 0), 'float32'), value),
  unary('zerosLike', tf.zerosLike),
  unary('onesLike', tf.onesLike),
  // tfjs's polynomial is good to 1.5e-7 of 1 only.
  unary('erf', tf.erf, value),
];

const reductions: readonly Case[] = [
  ['sum', (x: tf.Tensor) => tf.sum(x), [[3, 4, 5]]],
  ['sum over axes', (x: tf.Tensor) => tf.sum(x, [0, 2], true), [[3, 4, 5]]],
  ['sum of truth values', (x: tf.Tensor) => tf.sum(tf.greater(x, 0), -1), [[3, 4, 5]], value],
  ['mean', (x: tf.Tensor) => tf.mean(x, 1), [[3, 4, 5]]],
  ['mean of integers', (x: tf.Tensor) => tf.mean(whole(x)), [[3, 4, 5]], value],
  ['prod', (x: tf.Tensor) => tf.prod(x, 1), [[3, 4]]],
  ['max', (x: tf.Tensor) => tf.max(x, [1, 2]), [[3, 4, 5]]],
  ['min', (x: tf.Tensor) => tf.min(x, 0, true), [[3, 4, 5]]],
  ['all', (x: tf.Tensor) => tf.all(tf.greater(x, -1), 1), [[3, 4]], value],
  ['any', (x: tf.Tensor) => tf.any(tf.greater(x, 1), 0), [[3, 4]], value],
  ['argMax', (x: tf.Tensor) => tf.argMax(x, 1), [[5, 6]], value],
  ['argMin of equal ones', (x: tf.Tensor) => tf.argMin(whole(tf.div(x, 2)), 0), [[9, 6]], value],
  ['cumsum', (x: tf.Tensor) => tf.cumsum(x, 1), [[3, 5]]],
  ['cumsum, exclusive, reversed', (x: tf.Tensor) => tf.cumsum(x, 0, true, true), [[4, 3]], value],
  ['cumprod', (x: tf.Tensor) => tf.cumprod(x, 1, true), [[3, 5]], value],
  ['topk, values', (x: tf.Tensor) => tf.topk(x, 3).values, [[4, 7]], value],
  ['topk, indices of equal ones', (x: tf.Tensor) => tf.topk(whole(tf.div(x, 2)), 3).indices, [[4, 9]], value],
  ['softmax', (x: tf.Tensor) => tf.softmax(x), [[3, 4, 5]]],
  ['logSoftmax', (x: tf.Tensor) => tf.logSoftmax(x), [[3, 5]]],
  ['logSumExp', (x: tf.Tensor) => tf.logSumExp(x, 1), [[3, 5]]],
  ['norm', (x: tf.Tensor) => tf.norm(x), [[3, 5]]],
  ['moments', (x: tf.Tensor) => tf.moments(x, [0, 1]).variance, [[3, 5, 2]]],
  [
    'batchNorm',
    (x: tf.Tensor4D, m: tf.Tensor1D, v: tf.Tensor1D, b: tf.Tensor1D, g: tf.Tensor1D) =>
      tf.batchNorm4d(x, m, tf.abs(v), b, g, 1e-3),
    [[2, 3, 3, 4], [4], [4], [4], [4]],
  ],
];

const products: readonly Case[] = [
  [
    'matMul',
    (a: tf.Tensor, b: tf.Tensor) => tf.matMul(a, b),
    [
      [3, 4],
      [4, 5],
    ],
  ],
  [
    'matMul, both transposed',
    (a: tf.Tensor, b: tf.Tensor) => tf.matMul(a, b, true, true),
    [
      [4, 3],
      [5, 4],
    ],
  ],
  [
    'matMul of batches',
    (a: tf.Tensor, b: tf.Tensor) => tf.matMul(a, b, false, true),
    [
      [2, 3, 4],
      [2, 5, 4],
    ],
  ],
  [
    'matMul of a batch and a matrix',
    (a: tf.Tensor, b: tf.Tensor) => tf.matMul(a, b),
    [
      [2, 3, 4],
      [1, 4, 5],
    ],
    value,
  ],
  ['dot', (a: tf.Tensor1D, b: tf.Tensor1D) => tf.dot(a, b), [[6], [6]]],
  ['outerProduct', (a: tf.Tensor1D, b: tf.Tensor1D) => tf.outerProduct(a, b), [[3], [4]]],
  [
    'fused matMul',
    (a: tf.Tensor2D, b: tf.Tensor2D, bias: tf.Tensor) => tf.fused.matMul({ a, b, bias, activation: 'relu' }),
    [[3, 4], [4, 5], [5]],
  ],
  [
    'fused conv2d',
    (x: tf.Tensor4D, filter: tf.Tensor4D, bias: tf.Tensor) =>
      tf.fused.conv2d({ x, filter, strides: 1, pad: 'same', bias, activation: 'relu' }),
    [[2, 5, 5, 3], [3, 3, 3, 4], [4]],
  ],
  [
    'fused depthwiseConv2d with prelu',
    (x: tf.Tensor4D, filter: tf.Tensor4D, bias: tf.Tensor, alpha: tf.Tensor) =>
      tf.fused.depthwiseConv2d({
        x,
        filter,
        strides: 1,
        pad: 'same',
        bias,
        activation: 'prelu',
        preluActivationWeights: alpha,
      }),
    [[2, 5, 5, 3], [3, 3, 3, 1], [3], [3]],
    value,
  ],
];

const shapes: readonly Case[] = [
  ['reshape', (x: tf.Tensor) => tf.add(tf.reshape(x, [4, -1]), 1), [[2, 6]]],
  ['expandDims and squeeze', (x: tf.Tensor) => tf.squeeze(tf.mul(tf.expandDims(x, 1), 2)), [[2, 6]]],
  ['transpose', (x: tf.Tensor) => tf.transpose(x, [2, 0, 1]), [[2, 3, 4]]],
  [
    'concat',
    (a: tf.Tensor, b: tf.Tensor) => tf.concat([a, b], 1),
    [
      [2, 3],
      [2, 4],
    ],
  ],
  ['concat with an empty one', (a: tf.Tensor) => tf.concat([tf.zeros([0, 3]), a], 0), [[2, 3]], value],
  ['stack', (a: tf.Tensor, b: tf.Tensor) => tf.stack([a, b], 1), pair],
  ['unstack', (x: tf.Tensor) => tf.unstack(x, 1)[2]!, [[3, 4]]],
  ['split', (x: tf.Tensor) => tf.split(x, [1, 3], 1)[1]!, [[3, 4]]],
  ['slice', (x: tf.Tensor) => tf.slice(x, [1, 0, 2], [2, -1, 1]), [[3, 4, 5]]],
  ['stridedSlice', (x: tf.Tensor) => tf.stridedSlice(x, [0, 3], [3, 0], [2, -1]), [[3, 4]], value],
  [
    'stridedSlice with masks',
    (x: tf.Tensor) => tf.stridedSlice(x, [1, 0], [2, 3], [1, 2], 0, 0, 0, 0, 1),
    [[3, 4]],
    value,
  ],
  [
    'pad',
    (x: tf.Tensor2D) =>
      tf.pad2d(
        x,
        [
          [1, 2],
          [0, 1],
        ],
        0.5,
      ),
    [[3, 4]],
  ],
  [
    'mirrorPad, reflect',
    (x: tf.Tensor) =>
      tf.mirrorPad(
        x,
        [
          [1, 2],
          [0, 1],
        ],
        'reflect',
      ),
    [[3, 4]],
    value,
  ],
  [
    'mirrorPad, symmetric',
    (x: tf.Tensor) =>
      tf.mirrorPad(
        x,
        [
          [1, 2],
          [3, 1],
        ],
        'symmetric',
      ),
    [[3, 4]],
    value,
  ],
  ['tile', (x: tf.Tensor) => tf.tile(x, [2, 3]), [[3, 4]]],
  ['broadcastTo', (x: tf.Tensor) => tf.broadcastTo(x, [2, 3, 4]), [[3, 1]]],
  ['reverse', (x: tf.Tensor) => tf.reverse(x, [0, 2]), [[2, 3, 4]]],
  ['flipLeftRight', (x: tf.Tensor4D) => tf.image.flipLeftRight(x), [[2, 3, 4, 2]], value],
  ['depthToSpace', (x: tf.Tensor4D) => tf.depthToSpace(x, 2, 'NHWC'), [[2, 3, 2, 8]], value],
  [
    'batchToSpaceND',
    (x: tf.Tensor) =>
      tf.batchToSpaceND(
        x,
        [2, 2],
        [
          [0, 1],
          [1, 0],
        ],
      ),
    [[8, 2, 3, 2]],
  ],
  [
    'spaceToBatchND',
    (x: tf.Tensor) =>
      tf.spaceToBatchND(
        x,
        [2, 2],
        [
          [0, 1],
          [1, 0],
        ],
      ),
    [[2, 3, 5, 2]],
  ],
  ['diag', (x: tf.Tensor) => tf.diag(x), [[4]], value],
  ['eye', () => tf.mul(tf.eye(3, 4), 2), [], value],
  [
    'fill, range, linspace',
    () => tf.add(tf.add(tf.fill([5], 2), tf.range(0, 10, 2)), tf.linspace(0, 1, 5)),
    [],
    value,
  ],
];

const rows = (x: tf.Tensor): tf.Tensor1D =>
  tf.cast(tf.clipByValue(tf.abs(tf.mul(x, 2)), 0, 3), 'int32') as tf.Tensor1D;
const indexings: readonly Case[] = [
  ['gather', (x: tf.Tensor) => tf.gather(x, tf.tensor1d([2, 0, 2], 'int32')), [[3, 4]]],
  [
    'gather along axis 1',
    (x: tf.Tensor) =>
      tf.gather(
        x,
        tf.tensor2d(
          [
            [2, 0],
            [1, 3],
          ],
          [2, 2],
          'int32',
        ),
        1,
      ),
    [[3, 4, 2]],
    value,
  ],
  [
    'gather in batches',
    (x: tf.Tensor) =>
      tf.gather(
        x,
        tf.tensor2d(
          [
            [2, 0],
            [1, 3],
          ],
          [2, 2],
          'int32',
        ),
        2,
        1,
      ),
    [[2, 3, 4]],
    value,
  ],
  [
    'gatherND',
    (x: tf.Tensor) =>
      tf.gatherND(
        x,
        tf.tensor2d(
          [
            [2, 0],
            [1, 3],
          ],
          [2, 2],
          'int32',
        ),
      ),
    [[3, 4, 2]],
    value,
  ],
  [
    'scatterND',
    (x: tf.Tensor) => tf.scatterND(tf.tensor2d([[2], [0], [2]], [3, 1], 'int32'), x, [4, 5]),
    [[3, 5]],
    value,
  ],
  [
    'unsortedSegmentSum',
    (x: tf.Tensor, s: tf.Tensor) => tf.unsortedSegmentSum(x as tf.Tensor1D, rows(s), 4),
    [[6, 3], [6]],
    value,
  ],
  [
    'tensorScatterUpdate',
    (x: tf.Tensor, y: tf.Tensor) => tf.tensorScatterUpdate(x, tf.tensor2d([[2], [0]], [2, 1], 'int32'), y),
    [
      [4, 3],
      [2, 3],
    ],
    value,
  ],
  [
    'sparseToDense',
    (x: tf.Tensor) => tf.sparseToDense(tf.tensor1d([1, 3], 'int32'), x, [5], 0.5),
    [[2]],
    value,
  ],
  ['oneHot', (x: tf.Tensor) => tf.oneHot(rows(x), 4, 2, -1, 'float32'), [[6]], value],
  ['oneHot, int32', (x: tf.Tensor) => tf.oneHot(rows(x), 3), [[6]], value],
];

const resizings: readonly Case[] = [false, true].flatMap((corners) =>
  [false, true]
    .filter((centres) => !(corners && centres))
    .flatMap((centres): Case[] => [
      [
        `resizeBilinear, corners ${corners}, centres ${centres}, up`,
        (x: tf.Tensor4D) => tf.image.resizeBilinear(x, [7, 9], corners, centres),
        [[2, 4, 5, 3]],
        { gradients: !centres },
      ],
      [
        `resizeBilinear, corners ${corners}, centres ${centres}, down`,
        (x: tf.Tensor4D) => tf.image.resizeBilinear(x, [3, 2], corners, centres),
        [[2, 5, 7, 3]],
        { gradients: !centres },
      ],
      [
        `resizeNearestNeighbor, corners ${corners}, centres ${centres}`,
        (x: tf.Tensor4D) => tf.image.resizeNearestNeighbor(x, [7, 9], corners, centres),
        [[2, 4, 5, 3]],
        { gradients: !centres },
      ],
      [
        `resizeNearestNeighbor by whole numbers, corners ${corners}, centres ${centres}`,
        (x: tf.Tensor4D) => tf.image.resizeNearestNeighbor(x, [8, 15], corners, centres),
        [[2, 4, 5, 3]],
        { gradients: !centres },
      ],
    ]),
);

const all = { arithmetic, unaries, reductions, products, shapes, indexings, resizings };

describe.each(plugins)('%s: against TensorFlow', (_, make) => {
  const backend = make();
  beforeAll(() => activateBoth(backend));
  afterAll(() => backend.dispose());

  describe.each(Object.entries(all))('%s', (_, cases) => {
    // A table of one column: jest would pass `done` for an element that a case leaves out.
    test.each(cases.map((one) => ({ name: one[0], one })))('$name', ({ one: [, fn, shapes, options] }) => {
      expectSameAs(fn, shapes, options);
    });
  });

  test('a kernel that is missing says its name', () => {
    const fails = (): unknown => tf.tidy(() => tf.spectral.fft(tf.complex([1, 2], [0, 1])));
    expect(fails).toThrow(
      expect.objectContaining({ code: 'KERNEL_MISSING', message: expect.stringContaining('Complex') }),
    );
  });

  test('no kernel is defined twice', () => {
    const names = deviceKernels.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});
