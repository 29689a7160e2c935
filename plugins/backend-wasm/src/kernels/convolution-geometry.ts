import * as tf from '@tensorflow/tfjs';
import { GanymedeError } from '@ganymede/core';

type Shape4D = [number, number, number, number];

/** One spatial axis of a convolution. */
export interface Axis {
  /** Size of the input. */
  readonly input: number;
  /** Size of the output. */
  readonly output: number;
  readonly kernel: number;
  readonly stride: number;
  /** Zeros before the first pixel. */
  readonly before: number;
}

export interface Geometry {
  readonly height: Axis;
  readonly width: Axis;
}

/** What tfjs hands to the kernels of a convolution's gradients. */
export interface ConvolutionAttributes {
  readonly strides: number | [number, number];
  readonly pad: 'same' | 'valid' | number | tf.backend_util.ExplicitPadding;
  readonly dataFormat?: 'NHWC' | 'NCHW';
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/**
 * @param input - [B, H, W, in]
 * @param filter - [kh, kw, in, out]
 * @throws DATA_FORMAT for channels first, which this backend's convolution does not know either
 */
export function geometryOf(input: Shape4D, filter: Shape4D, attributes: ConvolutionAttributes): Geometry {
  const { strides, pad, dataFormat = 'NHWC', dimRoundingMode } = attributes;
  if (dataFormat !== 'NHWC') {
    throw new GanymedeError('DATA_FORMAT', `convolution on wasm: expected NHWC, got ${dataFormat}`, {
      kind: 'failed',
    });
  }
  const info = tf.backend_util.computeConv2DInfo(input, filter, strides, 1, pad, dimRoundingMode);
  return {
    height: {
      input: info.inHeight,
      output: info.outHeight,
      kernel: info.filterHeight,
      stride: info.strideHeight,
      before: info.padInfo.top,
    },
    width: {
      input: info.inWidth,
      output: info.outWidth,
      kernel: info.filterWidth,
      stride: info.strideWidth,
      before: info.padInfo.left,
    },
  };
}
