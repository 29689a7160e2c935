import * as tf from '@tensorflow/tfjs';
import type { Emitter } from '../emitter.js';
import { unsupportedOption } from '../errors.js';
import type { GraphValue } from '../graph.js';
import type { Kernel, Kernels } from '../kernel.js';

type Shape4 = [number, number, number, number];
type Pad = 'same' | 'valid' | number | [number, number][];

interface Window {
  readonly strides: number | [number, number];
  readonly pad: Pad;
  readonly dataFormat?: string;
  readonly dilations?: number | [number, number];
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  /** Of the larger images, where they are the result. */
  readonly inputShape?: Shape4;
}

function convolutionOf(
  input: readonly number[],
  filter: readonly number[],
  { strides, pad, dilations = 1, dimRoundingMode, dataFormat = 'NHWC' }: Window,
  depthwise = false,
): ReturnType<typeof tf.backend_util.computeConv2DInfo> {
  if (dataFormat !== 'NHWC') throw unsupportedOption('a convolution', 'NHWC', dataFormat);
  return tf.backend_util.computeConv2DInfo(
    [...input] as Shape4,
    [...filter] as Shape4,
    strides,
    dilations,
    pad as 'same',
    dimRoundingMode,
    depthwise,
  );
}

type Convolution = ReturnType<typeof convolutionOf>;

/** As ONNX names what a convolution and its gradient have in common. */
const sharedAttributes = (info: Convolution): Record<string, number[]> => ({
  kernel_shape: [info.filterHeight, info.filterWidth],
  strides: [info.strideHeight, info.strideWidth],
  dilations: [info.dilationHeight, info.dilationWidth],
});

const pads = ({ padInfo: { top, left, bottom, right } }: Pick<Convolution, 'padInfo'>): number[] => [
  top,
  left,
  bottom,
  right,
];

function convolve(
  x: GraphValue,
  kernel: GraphValue,
  info: Convolution,
  group: number,
  emit: Emitter,
): GraphValue {
  const [b] = x.shape;
  const channels = info.outChannels;
  const result = emit.op(
    'Conv',
    [emit.channelsFirst(x), kernel],
    [b!, channels, info.outHeight, info.outWidth],
    'float32',
    { ...sharedAttributes(info), pads: pads(info), group },
  );
  return emit.channelsLast(result);
}

/** What a strided transposed convolution of ONNX has to leave out and to add, for images of a known size. */
function transposedPads(info: Convolution): { readonly pads: number[]; readonly output_padding: number[] } {
  const along = (out: number, size: number, stride: number, extent: number, before: number) => {
    // size = stride (out - 1) + extent - before - after + added
    const after = stride * (out - 1) + extent - before - size;
    return { before, after: Math.max(0, after), added: Math.max(0, -after) };
  };
  const { padInfo } = info;
  const y = along(info.outHeight, info.inHeight, info.strideHeight, info.effectiveFilterHeight, padInfo.top);
  const x = along(info.outWidth, info.inWidth, info.strideWidth, info.effectiveFilterWidth, padInfo.left);
  return { pads: [y.before, x.before, y.after, x.after], output_padding: [y.added, x.added] };
}

function convolveTransposed(
  dy: GraphValue,
  kernel: GraphValue,
  info: Convolution,
  group: number,
  emit: Emitter,
): GraphValue {
  const result = emit.op(
    'ConvTranspose',
    [emit.channelsFirst(dy), kernel],
    [dy.shape[0]!, info.inChannels, info.inHeight, info.inWidth],
    'float32',
    { ...sharedAttributes(info), ...transposedPads(info), group },
  );
  return emit.channelsLast(result);
}

/** [H, W, C, multiplier] to [C multiplier, 1, H, W]. */
function depthwiseKernel(filter: GraphValue, emit: Emitter): GraphValue {
  const [h, w, c, multiplier] = filter.shape as Shape4;
  return emit.reshape(emit.transpose(filter, [2, 3, 0, 1]), [c * multiplier, 1, h, w]);
}

interface Pooling {
  readonly filterSize: number | [number, number];
  readonly strides: number | [number, number];
  readonly pad: Pad;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

const pool =
  (opType: string, attributes: Readonly<Record<string, number>> = {}): Kernel =>
  ({ x }, { filterSize, strides, pad, dimRoundingMode }: Pooling, emit) => {
    const info = tf.backend_util.computePool2DInfo(
      [...x!.shape] as Shape4,
      filterSize,
      strides,
      1,
      pad as 'same',
      dimRoundingMode,
    );
    const shape = [x!.shape[0]!, info.outChannels, info.outHeight, info.outWidth];
    const value = emit.op(opType, [emit.channelsFirst(x!)], shape, 'float32', {
      kernel_shape: [info.filterHeight, info.filterWidth],
      strides: [info.strideHeight, info.strideWidth],
      pads: pads(info),
      ...attributes,
    });
    return emit.channelsLast(value);
  };

interface Resizing {
  readonly size: [number, number];
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
}

const resize =
  (mode: 'nearest' | 'linear'): Kernel =>
  ({ images }, { size, alignCorners, halfPixelCenters }: Resizing, emit) => {
    const [b, h, w, c] = images!.shape as Shape4;
    const factors = [size[0] / h, size[1] / w];
    // Every whole factor, where both conventions of the nearest pixel are the same.
    if (mode === 'nearest' && (alignCorners || !factors.every(Number.isInteger)))
      throw unsupportedOption('ResizeNearestNeighbor', 'whole factors', factors.join(' and '));
    const rule = alignCorners
      ? 'align_corners'
      : mode === 'linear' && halfPixelCenters
        ? 'half_pixel'
        : 'asymmetric';
    const scales = Float32Array.of(1, 1, factors[0]!, factors[1]!);
    const noRegion = emit.graph.constant({ shape: [0], elementType: 'float32', data: new Float32Array(0) });
    const factor = emit.graph.constant({ shape: [4], elementType: 'float32', data: scales });
    const value = emit.op(
      'Resize',
      [emit.channelsFirst(images!), noRegion, factor],
      [b, c, size[0], size[1]],
      'float32',
      {
        mode,
        coordinate_transformation_mode: rule,
        ...(mode === 'nearest' && { nearest_mode: 'floor' }),
      },
    );
    return emit.channelsLast(value);
  };

/** Kernels that look at neighbouring pixels: ONNX has channels first. */
export const images: Kernels = {
  AvgPool: pool('AveragePool', { count_include_pad: 0 }),
  Conv2D: ({ x, filter }, window: Window, emit) =>
    convolve(
      x!,
      emit.transpose(filter!, [3, 2, 0, 1]),
      convolutionOf(x!.shape, filter!.shape, window),
      1,
      emit,
    ),
  Conv2DBackpropInput: ({ dy, filter }, window: Window, emit) =>
    convolveTransposed(
      dy!,
      emit.transpose(filter!, [3, 2, 0, 1]),
      convolutionOf(window.inputShape!, filter!.shape, window),
      1,
      emit,
    ),
  DepthwiseConv2dNative: ({ x, filter }, window: Window, emit) =>
    convolve(
      x!,
      depthwiseKernel(filter!, emit),
      convolutionOf(x!.shape, filter!.shape, window, true),
      x!.shape[3]!,
      emit,
    ),
  DepthwiseConv2dNativeBackpropInput: ({ dy, filter }, window: Window, emit) => {
    if (filter!.shape[3] !== 1)
      throw unsupportedOption(
        'DepthwiseConv2dNativeBackpropInput',
        'one kernel for each channel',
        String(filter!.shape[3]),
      );
    const info = convolutionOf(window.inputShape!, filter!.shape, window, true);
    return convolveTransposed(dy!, depthwiseKernel(filter!, emit), info, info.inChannels, emit);
  },
  MaxPool: pool('MaxPool'),
  ResizeBilinear: resize('linear'),
  ResizeNearestNeighbor: resize('nearest'),
};
