export { differentiable, recording, stopGradient, type Save } from './differentiable.js';
export { pointwise } from './pointwise.js';
export { conv2d, conv2dFilterGradient, conv2dInputGradient, type Conv2dOptions } from './convolution.js';
export {
  groupedConv2d,
  groupedConv2dFilterGradient,
  groupedConv2dInputGradient,
  type GroupedConv2dOptions,
} from './grouped-convolution.js';
export { convPool2d, upsampleConv2d, type FusedScaleOptions } from './fused-scale.js';
export { averagePool2, upsampleNearest2 } from './average-pool.js';
export { tentDownsample2, tentUpsample2 } from './tent-resampling.js';
export { pixelGrid, pixelsAt } from './pixels.js';
export { SteeredProbability, type SteeredProbabilityOptions } from './steered-probability.js';
export { maxPool2 } from './max-pool.js';
export { sumPool } from './sum-pool.js';
export { windowMeans } from './window-means.js';
export { everySecond } from './every-second.js';
export { relu } from './relu.js';
export { biasedLeakyRelu, leakyRelu } from './leaky-relu.js';
export { addBias } from './add-bias.js';
export { tanh } from './tanh.js';
export { sigmoid } from './sigmoid.js';
export { glu } from './glu.js';
export { softmax } from './softmax.js';
export { attention } from './attention.js';
export { batchMoments, batchNorm, normalizeWith, type BatchNormOptions, type Moments } from './batch-norm.js';
export { groupNorm, type GroupNormOptions } from './group-norm.js';
export { replicaMean } from './replica-mean.js';
export { powerIteration, type PowerIterationOptions, type PowerIterationResult } from './power-iteration.js';
export {
  heNormal,
  normal,
  ones,
  orthogonal,
  scaled,
  uniform,
  xavier,
  zeros,
  type Initializer,
} from './initializers.js';
export { PartialSvd, type PartialSvdOptions } from './partial-svd.js';
export { type SingularValues } from './group-iteration.js';
