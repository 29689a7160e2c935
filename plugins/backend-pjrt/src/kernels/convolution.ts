import * as tf from '@tensorflow/tfjs';
import * as hlo from '@ganymede/stablehlo';
import type { Precision, Value } from '@ganymede/stablehlo';
import { kernel, type Kernel, type KernelCall } from '../engine/kernel.js';

interface ConvolutionAttrs {
  readonly strides: [number, number] | number;
  readonly pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
  readonly dataFormat?: 'NHWC' | 'NCHW';
  readonly dilations?: [number, number] | number;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

type Shape4D = [number, number, number, number];

/** Of one of the two spatial dimensions. */
interface Side {
  readonly size: number;
  readonly window: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
  readonly after: number;
  readonly outputs: number;
}

interface Geometry {
  readonly sides: readonly [Side, Side];
  /** Groups of input channels, each with filters of its own. */
  readonly groups: number;
  readonly layout: 'b01f' | 'bf01';
}

/**
 * @param x - shape of the input
 * @param filter - [kh, kw, in / groups, out]
 */
function geometryOf(x: readonly number[], filter: readonly number[], attrs: ConvolutionAttrs): Geometry {
  const { strides, pad, dataFormat = 'NHWC', dilations = 1, dimRoundingMode } = attrs;
  const channelsLast = dataFormat === 'NHWC';
  const channels = x[channelsLast ? 3 : 1]!;
  const info = tf.backend_util.computeConv2DInfo(
    [...x] as Shape4D,
    // tfjs refuses groups: to it every filter sees all channels.
    [filter[0]!, filter[1]!, channels, filter[3]!],
    strides,
    dilations,
    pad,
    dimRoundingMode,
    false,
    channelsLast ? 'channelsLast' : 'channelsFirst',
  );
  const { padInfo } = info;
  const sides: [Side, Side] = [
    {
      size: info.inHeight,
      window: info.filterHeight,
      stride: info.strideHeight,
      dilation: info.dilationHeight,
      before: padInfo.top,
      after: padInfo.bottom,
      outputs: info.outHeight,
    },
    {
      size: info.inWidth,
      window: info.filterWidth,
      stride: info.strideWidth,
      dilation: info.dilationWidth,
      before: padInfo.left,
      after: padInfo.right,
      outputs: info.outWidth,
    },
  ];
  return { sides, groups: channels / filter[2]!, layout: channelsLast ? 'b01f' : 'bf01' };
}

const covered = (count: number, step: number): number => (count - 1) * step + 1;

function convolve(x: Value, filter: Value, { sides, groups, layout }: Geometry, precision: Precision): Value {
  return hlo.convolution(x, filter, {
    dimensions: { input: layout, kernel: '01io', output: layout },
    strides: sides.map(({ stride }) => stride),
    kernelDilation: sides.map(({ dilation }) => dilation),
    // With a rounding mode the last window may end before the padding does.
    padding: sides.map(({ size, window, stride, dilation, before, outputs }) => {
      const after = covered(outputs, stride) - 1 + covered(window, dilation) - size - before;
      return [before, after];
    }),
    featureGroups: groups,
    precision,
  });
}

/** [kh, kw, in / groups, out] to [kh, kw, out / groups, in], each group on its own. */
function swapped(filter: Value, groups: number): { readonly filter: Value; readonly letters: string } {
  if (groups === 1) return { filter, letters: '01oi' };
  const [height, width, inputs, outputs] = filter.shape as Shape4D;
  const split = hlo.reshape(filter, [height, width, inputs, groups, outputs / groups]);
  const turned = hlo.transpose(split, [0, 1, 4, 3, 2]); // [kh, kw, out / groups, groups, in / groups]
  return {
    filter: hlo.reshape(turned, [height, width, outputs / groups, groups * inputs]),
    letters: '01io',
  };
}

/** The transposed convolution: zeros between the elements of `dy`, the filter turned around. */
function inputGradient(
  dy: Value,
  filter: Value,
  { sides, groups, layout }: Geometry,
  precision: Precision,
): Value {
  const turned = swapped(filter, groups);
  return hlo.convolution(dy, turned.filter, {
    dimensions: { input: layout, kernel: turned.letters, output: layout },
    inputDilation: sides.map(({ stride }) => stride),
    kernelDilation: sides.map(({ dilation }) => dilation),
    padding: sides.map(({ size, window, stride, dilation, before, outputs }) => {
      const reach = covered(window, dilation);
      const low = reach - 1 - before;
      return [low, size - 1 + reach - covered(outputs, stride) - low];
    }),
    reverseKernel: true,
    featureGroups: groups,
    precision,
  });
}

/** The batch is summed over: it takes the place of the channels, and `dy` that of the filter. */
function filterGradient(
  x: Value,
  dy: Value,
  { sides, groups, layout }: Geometry,
  precision: Precision,
): Value {
  const roles = (channels: string, batch: string): string =>
    layout.replace('b', '*').replace('f', channels).replace('*', batch);
  return hlo.convolution(x, dy, {
    dimensions: { input: roles('b', 'f'), kernel: roles('o', 'i'), output: '01bf' },
    strides: sides.map(({ dilation }) => dilation),
    kernelDilation: sides.map(({ stride }) => stride),
    padding: sides.map(({ size, window, stride, dilation, before, outputs }) => [
      before,
      (window - 1) * dilation + covered(outputs, stride) - size - before,
    ]),
    batchGroups: groups,
    precision,
  });
}

/** [kh, kw, channels, multiplier] as the filter of a convolution with a group for each channel. */
const depthwise = (filter: Value): Value => {
  const [height, width, channels, multiplier] = filter.shape as Shape4D;
  return hlo.reshape(filter, [height, width, 1, channels * multiplier]);
};
const depthwiseShape = ([height, width, channels, multiplier]: Shape4D): Shape4D => [
  height,
  width,
  1,
  channels * multiplier,
];

/** Of `@ganymede/ops`: stride 1, `same` padding; the number of groups follows from the shapes. */
const grouped = { strides: 1, pad: 'same' } as const;

type InputAttrs = ConvolutionAttrs & { readonly inputShape: Shape4D };
type FilterAttrs = ConvolutionAttrs & { readonly filterShape: Shape4D };
type Call<A> = KernelCall<A>;

export const convolutions: readonly Kernel[] = [
  kernel<'x' | 'filter', ConvolutionAttrs>('Conv2D', ({ x, filter }, { attrs, precision }) =>
    convolve(x, filter, geometryOf(x.shape, filter.shape, attrs), precision),
  ),
  kernel<'dy' | 'filter', InputAttrs>('Conv2DBackpropInput', ({ dy, filter }, { attrs, precision }) =>
    inputGradient(dy, filter, geometryOf(attrs.inputShape, filter.shape, attrs), precision),
  ),
  kernel<'x' | 'dy', FilterAttrs>('Conv2DBackpropFilter', ({ x, dy }, { attrs, precision }) =>
    filterGradient(x, dy, geometryOf(x.shape, attrs.filterShape, attrs), precision),
  ),
  kernel<'x' | 'filter'>('GroupedConv2D', ({ x, filter }, { precision }) =>
    convolve(x, filter, geometryOf(x.shape, filter.shape, grouped), precision),
  ),
  kernel<'dy' | 'filter', Pick<InputAttrs, 'inputShape'>>(
    'GroupedConv2DBackpropInput',
    ({ dy, filter }, { attrs, precision }) =>
      inputGradient(dy, filter, geometryOf(attrs.inputShape, filter.shape, grouped), precision),
  ),
  kernel<'x' | 'dy', Pick<FilterAttrs, 'filterShape'>>(
    'GroupedConv2DBackpropFilter',
    ({ x, dy }, { attrs, precision }) =>
      filterGradient(x, dy, geometryOf(x.shape, attrs.filterShape, grouped), precision),
  ),
  kernel<'x' | 'filter', ConvolutionAttrs>(
    'DepthwiseConv2dNative',
    ({ x, filter: given }, { attrs, precision }: Call<ConvolutionAttrs>) => {
      const filter = depthwise(given);
      return convolve(x, filter, geometryOf(x.shape, filter.shape, attrs), precision);
    },
  ),
  kernel<'dy' | 'filter', InputAttrs>(
    'DepthwiseConv2dNativeBackpropInput',
    ({ dy, filter: given }, { attrs, precision }: Call<InputAttrs>) => {
      const filter = depthwise(given);
      return inputGradient(dy, filter, geometryOf(attrs.inputShape, filter.shape, attrs), precision);
    },
  ),
  kernel<'x' | 'dy', FilterAttrs>(
    'DepthwiseConv2dNativeBackpropFilter',
    ({ x, dy }, { attrs, precision }: Call<FilterAttrs>) => {
      const geometry = geometryOf(x.shape, depthwiseShape(attrs.filterShape), attrs);
      return hlo.reshape(filterGradient(x, dy, geometry, precision), attrs.filterShape);
    },
  ),
];
