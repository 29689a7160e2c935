import * as tf from '@tensorflow/tfjs';
import { GanymedeError } from '@ganymede/core';
import { differentiable } from './differentiable.js';
import * as composed from './grouped-convolution-products.js';

export interface GroupedConv2dOptions {
  /** Parts that the channels fall into, in order: each part of the output sees the same part of the input alone. */
  readonly groups: number;
}

type Shape4D = [number, number, number, number];

/**
 * The kernels that a backend may register, under tfjs's names for the plain ones with `Grouped` before them:
 * `GroupedConv2D` of `{ x, filter }`, `GroupedConv2DBackpropInput` of `{ dy, filter }` with the attribute `inputShape`,
 * `GroupedConv2DBackpropFilter` of `{ x, dy }` with the attribute `filterShape`. All have the attribute `groups`; stride
 * and dilation are 1, padding is `same`, the format NHWC. Where one is missing, a composition of products does its work.
 */
const kernels = {
  forward: 'GroupedConv2D',
  input: 'GroupedConv2DBackpropInput',
  filter: 'GroupedConv2DBackpropFilter',
} as const;

function run(
  kernel: (typeof kernels)[keyof typeof kernels],
  inputs: tf.NamedTensorMap,
  attributes: Record<string, number | readonly number[]>,
  compose: () => tf.Tensor4D,
): tf.Tensor4D {
  if (!tf.getKernel(kernel, tf.getBackend())) return tf.tidy(compose);
  return tf.engine().runKernel(kernel, inputs, attributes as tf.NamedAttrMap) as tf.Tensor4D;
}

/**
 * 2-D convolution whose channels fall into groups that do not see each other (arXiv:1611.05431, figure 3c), with stride 1
 * and zero padding that keeps the size; differentiable any number of times. As with `conv2d`, it and its two gradients
 * are linear in both arguments, and the gradients of each are the other two.
 *
 * @param x - [B, H, W, in]
 * @param filter - [kh, kw, in / groups, out], odd kh and kw; the outputs of a group are neighbours
 * @returns [B, H, W, out]
 * @throws GROUPED_CONV_SHAPE when the channels do not fall into equal groups or the kernel is even
 */
export function groupedConv2d(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  { groups }: GroupedConv2dOptions,
): tf.Tensor4D {
  expectGroups(x, filter, groups);
  return differentiable<tf.Tensor4D>(
    { x, filter },
    (save) => {
      save([x, filter]);
      return run(kernels.forward, { x, filter }, { groups }, () => composed.forward(x, filter, groups));
    },
    (dy, saved) => {
      const [x, filter] = saved as [tf.Tensor4D, tf.Tensor4D];
      return {
        x: () => groupedConv2dInputGradient(dy, filter, x.shape, groups),
        filter: () => groupedConv2dFilterGradient(x, dy, filter.shape, groups),
      };
    },
  );
}

/**
 * The gradient of {@link groupedConv2d} for its input.
 *
 * @param dy - [B, H, W, out]
 * @param filter - [kh, kw, in / groups, out]
 * @param shape - of the input: [B, H, W, in]
 */
export function groupedConv2dInputGradient(
  dy: tf.Tensor4D,
  filter: tf.Tensor4D,
  shape: Shape4D,
  groups: number,
): tf.Tensor4D {
  return differentiable<tf.Tensor4D>(
    { dy, filter },
    (save) => {
      save([dy, filter]);
      return run(kernels.input, { dy, filter }, { groups, inputShape: shape }, () =>
        composed.inputGradient(dy, filter, groups),
      );
    },
    (ddx, saved) => {
      const [dy, filter] = saved as [tf.Tensor4D, tf.Tensor4D];
      return {
        dy: () => groupedConv2d(ddx, filter, { groups }),
        filter: () => groupedConv2dFilterGradient(ddx, dy, filter.shape, groups),
      };
    },
  );
}

/**
 * The gradient of {@link groupedConv2d} for its filter.
 *
 * @param x - [B, H, W, in]
 * @param dy - [B, H, W, out]
 * @param shape - of the filter: [kh, kw, in / groups, out]
 */
export function groupedConv2dFilterGradient(
  x: tf.Tensor4D,
  dy: tf.Tensor4D,
  shape: Shape4D,
  groups: number,
): tf.Tensor4D {
  return differentiable<tf.Tensor4D>(
    { x, dy },
    (save) => {
      save([x, dy]);
      return run(kernels.filter, { x, dy }, { groups, filterShape: shape }, () =>
        composed.filterGradient(x, dy, shape, groups),
      );
    },
    (ddfilter, saved) => {
      const [x, dy] = saved as [tf.Tensor4D, tf.Tensor4D];
      return {
        x: () => groupedConv2dInputGradient(dy, ddfilter, x.shape, groups),
        dy: () => groupedConv2d(x, ddfilter, { groups }),
      };
    },
  );
}

function expectGroups(x: tf.Tensor4D, filter: tf.Tensor4D, groups: number): void {
  const fits =
    x.rank === 4 &&
    filter.rank === 4 &&
    Number.isInteger(groups) &&
    groups > 0 &&
    x.shape[3] === filter.shape[2] * groups &&
    filter.shape[3] % groups === 0 &&
    filter.shape[0] % 2 === 1 &&
    filter.shape[1] % 2 === 1;
  if (fits) return;
  throw new GanymedeError(
    'GROUPED_CONV_SHAPE',
    `groupedConv2d: expected x [B, H, W, in] and filter [kh, kw, in / ${groups}, out] with odd kh and kw and out divisible by ${groups}, got [${x.shape.join(', ')}] and [${filter.shape.join(', ')}]`,
    { kind: 'failed' },
  );
}
