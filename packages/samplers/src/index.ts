export { BernoulliPrior, bernoulli } from './priors/bernoulli.js';
export { CensoredNormalPrior, censoredNormal } from './priors/censored-normal.js';
export { NormalPrior, normal } from './priors/normal.js';
export { UniformPrior, uniform } from './priors/uniform.js';
export { ClampTruncation, clamp } from './truncations/clamp.js';
export { NoTruncation, none } from './truncations/none.js';
export { ResampleTruncation, resample } from './truncations/resample.js';
export { ScaledTruncation, scaled } from './truncations/scaled.js';
export { StdTruncation, std } from './truncations/std.js';
export { truncatedNormal } from './truncations/truncated-normal.js';
export { everyClass, uniformLabels } from './labels.js';
export { DiscriminatorLangevin, ddls, langevinStep } from './samplers/ddls.js';
export { DiscriminatorRejection, drs } from './samplers/drs.js';
export { ImageLogits, type LogitBatches } from './samplers/image-logits.js';
export { type Calibration, fitCalibration, uncalibrated } from './samplers/calibration.js';
export {
  type AcceptanceNumbers,
  acceptanceNumbers,
  acceptanceProbability,
  acceptanceTerm,
} from './samplers/acceptance.js';
