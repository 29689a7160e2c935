export { differenceOf, expectAllclose, type Numbers, type Tolerance } from './allclose.js';
export { setupMatchers } from './matchers.js';
export { expectGradient, type GradientOptions } from './gradient.js';
export { expectNoLeak } from './leak.js';
export { weightCount } from './weight-count.js';
export { useCpu } from './use-cpu.js';
export { inLockstep } from './lockstep.js';
export { normalCdf, normalDensity, normalQuantile } from './normal.js';
export {
  bernoulliOf,
  censoredNormalOf,
  clampedNormalOf,
  normalOf,
  truncatedNormalOf,
  uniformOf,
  type Distribution,
} from './distributions.js';
export { kolmogorovSmirnov, kolmogorovSmirnovBound } from './kolmogorov-smirnov.js';
export { chiSquare, chiSquareBound, expectEqualShares } from './chi-square.js';
export {
  expectDistribution,
  expectIndependent,
  moments,
  type DistributionOptions,
} from './expect-distribution.js';
export { fromComponent, type Subject } from './subject.js';
export {
  ToyDiscriminator,
  ToyGenerator,
  toyDiscriminatorFactory,
  toyGeneratorFactory,
} from './toy-networks.js';
export { ToyStep, type ToyStepSpec } from './toy-step.js';
export { componentContract } from './contracts/component.js';
export { lossContract } from './contracts/loss.js';
export { priorContract, truncationContract } from './contracts/sampling.js';
export { samplerContract } from './contracts/sampler.js';
export { scheduleContract } from './contracts/schedule.js';
export { optimizerContract } from './contracts/optimizer.js';
export { objectiveContract } from './contracts/objective.js';
export { regularizerContract } from './contracts/regularizer.js';
export { datasetContract } from './contracts/dataset.js';
export { generatorContract } from './contracts/generator.js';
export { discriminatorContract, type DiscriminatorContractOptions } from './contracts/discriminator.js';
export type { NetworkSize } from './contracts/network.js';
export { backendContract, type BackendContractOptions } from './contracts/backend.js';
export { failuresOf, type ContractFailure } from './contracts/record.js';
export { augmentationContract } from './contracts/augmentation.js';
export { featureExtractorContract } from './contracts/feature-extractor.js';
export { metricContract, type MetricContractOptions } from './contracts/metric.js';
export { reporterContract } from './contracts/reporter.js';
export { stabilizerContract } from './contracts/stabilizer.js';
export { mountSmallDisk, type SmallDisk } from './small-disk.js';
export { runOnnx, type OnnxRun, type OnnxValues } from './run-onnx.js';
export { freeAddresses } from './free-addresses.js';
