import * as tf from '@tensorflow/tfjs';
import { groupedConv2d } from '@ganymede/ops';
import { plugins } from '../../testing/plugins.js';
import { activateBoth, expectSameAs } from '../../testing/same-as.js';

type Pad = 'same' | 'valid' | number | tf.backend_util.ExplicitPadding;

describe.each(plugins)('%s: against TensorFlow', (_, make) => {
  const backend = make();
  beforeAll(() => activateBoth(backend));
  afterAll(() => backend.dispose());

  const cases: [size: number, kernel: number, stride: number, pad: Pad][] = [];
  for (const kernel of [1, 2, 3, 4]) {
    for (const stride of [1, 2, 3]) {
      for (const size of [5, 6]) cases.push([size, kernel, stride, 'same'], [size, kernel, stride, 'valid']);
    }
  }
  cases.push([8, 3, 1, 1], [7, 3, 2, [[0, 0], [1, 2], [2, 0], [0, 0]]]); // prettier-ignore

  test.each(cases)('convolution: size %i, kernel %i, stride %i, pad %j', (size, kernel, stride, pad) => {
    const shapes = [
      [2, size, size + 1, 3],
      [kernel, kernel, 3, 4],
    ];
    expectSameAs((x: tf.Tensor4D, w: tf.Tensor4D) => tf.conv2d(x, w, stride, pad), shapes, {
      reference: typeof pad === 'string' ? 'tensorflow' : 'cpu',
    });
  });

  test('dilated, and of channels first', () => {
    const dilated = (x: tf.Tensor4D, w: tf.Tensor4D) => tf.conv2d(x, w, 1, 'same', 'NHWC', 2);
    const channelsFirst = (x: tf.Tensor4D, w: tf.Tensor4D) => tf.conv2d(x, w, 2, 'same', 'NCHW');
    const filter = [3, 2, 3, 4];
    expectSameAs(dilated, [[2, 7, 8, 3], filter], { gradients: false });
    expectSameAs(channelsFirst, [[2, 3, 7, 8], filter], { reference: 'cpu' });
  });

  test.each([
    [5, 3, 1, 'same', 1],
    [6, 3, 2, 'same', 2],
    [6, 2, 1, 'valid', 2],
  ] as const)(
    'depthwise: size %i, kernel %i, stride %i, pad %s, multiplier %i',
    (size, kernel, stride, pad, multiplier) => {
      expectSameAs(
        (x: tf.Tensor4D, w: tf.Tensor4D) => tf.depthwiseConv2d(x, w, stride, pad),
        [
          [2, size, size, 3],
          [kernel, kernel, 3, multiplier],
        ],
      );
    },
  );

  test.each([
    [6, 4, 2, 'same'],
    [5, 3, 3, 'valid'],
  ] as const)('transposed: size %i, kernel %i, stride %i, pad %s', (size, kernel, stride, pad) => {
    const out = pad === 'same' ? size * stride : (size - 1) * stride + kernel;
    expectSameAs(
      (x: tf.Tensor4D, w: tf.Tensor4D) => tf.conv2dTranspose(x, w, [2, out, out, 4], stride, pad),
      [
        [2, size, size, 3],
        [kernel, kernel, 4, 3],
      ],
    );
  });

  const pools: [size: number, window: number, stride: number, pad: 'same' | 'valid' | number][] = [
    [6, 2, 2, 'valid'],
    [5, 2, 2, 'same'],
    [7, 3, 2, 'same'],
    [7, 3, 1, 'valid'],
    [7, 2, 3, 'valid'],
    [6, 3, 2, 1],
  ];
  test.each(pools)('pooling: size %i, window %i, stride %i, pad %s', (size, window, stride, pad) => {
    const explicit = typeof pad === 'number';
    const rounding = explicit ? 'floor' : undefined;
    const shapes = [[2, size, size + 1, 3]];
    const average = (x: tf.Tensor4D) => tf.avgPool(x, window, stride, pad, rounding);
    const maximum = (x: tf.Tensor4D) => tf.maxPool(x, window, stride, pad, rounding);
    const reference = explicit ? 'cpu' : 'tensorflow';
    // tfjs's own gradient of the average counts padding.
    expectSameAs(average, shapes, { reference, gradients: !explicit });
    expectSameAs(maximum, shapes, { reference });
  });

  test('grouped, of ops, with its second derivative', () => {
    const shapes = [
      [2, 5, 6, 8],
      [3, 3, 2, 12],
    ];
    const convolve = (x: tf.Tensor4D, filter: tf.Tensor4D) => groupedConv2d(x, filter, { groups: 4 });
    expectSameAs(convolve, shapes);
    const slope = (x: tf.Tensor4D, filter: tf.Tensor4D): tf.Tensor =>
      tf.grad((x) => tf.sum(tf.square(convolve(x as tf.Tensor4D, filter))))(x);
    expectSameAs(slope, shapes);
  });

  /** Four groups by four convolutions: a filter that sees all channels at once has no loops in tfjs to compare with. */
  test.each([1, 2])('grouped, stride %i: value and gradients are those of each group', (stride) => {
    const groups = 4;
    const attrs = { strides: [stride, stride], pad: 'same', dataFormat: 'NHWC', dilations: [1, 1] };
    const run = (name: string, inputs: tf.NamedTensorMap, more: object): tf.Tensor =>
      tf.engine().runKernel(name, inputs, { ...attrs, ...more } as unknown as tf.NamedAttrMap);
    const [x, filter, dy] = [
      [2, 6, 6, 8],
      [3, 3, 2, 12],
      [2, 6 / stride, 6 / stride, 12],
    ].map((shape, i) => tf.randomNormal(shape, 0, 1, 'float32', i)) as [tf.Tensor, tf.Tensor, tf.Tensor];
    const parts = (t: tf.Tensor): tf.Tensor[] => tf.split(t, groups, 3);
    const whole = [
      run('Conv2D', { x, filter }, {}),
      run('Conv2DBackpropInput', { dy, filter }, { inputShape: x.shape }),
      run('Conv2DBackpropFilter', { x, dy }, { filterShape: filter.shape }),
    ];
    const [xs, filters, dys] = [parts(x), parts(filter), parts(dy)];
    const apart = [
      xs.map((x, g) => run('Conv2D', { x, filter: filters[g]! }, {})),
      dys.map((dy, g) =>
        run('Conv2DBackpropInput', { dy, filter: filters[g]! }, { inputShape: xs[g]!.shape }),
      ),
      xs.map((x, g) => run('Conv2DBackpropFilter', { x, dy: dys[g]! }, { filterShape: filters[g]!.shape })),
    ].map((list) => tf.concat(list, 3));
    whole.forEach((result, i) => {
      expect(result.shape).toEqual(apart[i]!.shape);
      const worst = tf.max(tf.abs(tf.sub(result, apart[i]!))).dataSync()[0]!;
      expect(worst).toBeLessThan(2e-5);
    });
  });
});
