import * as tf from '@tensorflow/tfjs';
import { ConditionalBatchNormalization } from './tf-layers/conditional-batch-normalization.js';
import { SelfAttention2D } from './tf-layers/self-attention-2d.js';
import { SpectralNormConv2D } from './tf-layers/spectral-norm-conv2d.js';
import { SpectralNormDense } from './tf-layers/spectral-norm-dense.js';

export {
  ConditionalBatchNormalization,
  type ConditionalBatchNormalizationArgs,
} from './tf-layers/conditional-batch-normalization.js';
export { SelfAttention2D, type SelfAttention2DArgs } from './tf-layers/self-attention-2d.js';
export { SpectralNormConv2D, type SpectralNormConv2DArgs } from './tf-layers/spectral-norm-conv2d.js';
export { SpectralNormDense, type SpectralNormDenseArgs } from './tf-layers/spectral-norm-dense.js';
export type { WrappedLayerArgs } from './tf-layers/wrapped-layer.js';

/** Tells tfjs of these layers, so that `tf.loadLayersModel` knows them by name. Call it once before a model is loaded. */
export function registerLayers(): void {
  for (const layer of [ConditionalBatchNormalization, SelfAttention2D, SpectralNormConv2D, SpectralNormDense])
    tf.serialization.registerClass(layer as never);
}
