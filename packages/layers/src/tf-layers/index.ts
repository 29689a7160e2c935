import * as tf from '@tensorflow/tfjs';
import { ConditionalBatchNormalization } from './conditional-batch-normalization.js';
import { SelfAttention2D } from './self-attention-2d.js';
import { SpectralNormConv2D } from './spectral-norm-conv2d.js';
import { SpectralNormDense } from './spectral-norm-dense.js';

export {
  ConditionalBatchNormalization,
  type ConditionalBatchNormalizationArgs,
} from './conditional-batch-normalization.js';
export { SelfAttention2D, type SelfAttention2DArgs } from './self-attention-2d.js';
export { SpectralNormConv2D, type SpectralNormConv2DArgs } from './spectral-norm-conv2d.js';
export { SpectralNormDense, type SpectralNormDenseArgs } from './spectral-norm-dense.js';
export type { WrappedLayerArgs } from './wrapped-layer.js';

/** Tells tfjs of these layers, so that `tf.loadLayersModel` knows them by name. Call it once before a model is loaded. */
export function registerLayers(): void {
  for (const layer of [ConditionalBatchNormalization, SelfAttention2D, SpectralNormConv2D, SpectralNormDense])
    tf.serialization.registerClass(layer as never);
}
