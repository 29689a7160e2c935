export { Apa, apa } from './apa.js';
export { AuxiliaryClassifier, auxiliaryClassifier } from './auxiliary-classifier.js';
export { Consistency, consistency } from './consistency.js';
export { D2dce, d2dce, dataToData } from './d2dce.js';
export { FeatureMatching, featureMatching } from './feature-matching.js';
export { LatentConsistency, latentConsistency } from './latent-consistency.js';
export { ModeSeeking, modeSeeking } from './mode-seeking.js';
export { TopK, topK } from './top-k.js';
