export {
  type ClassifierConvolution,
  ClassifierNetwork,
  type ClassifierOutputs,
  type ClassifierShape,
  classifierConvolutions,
  classifierMaps,
} from './classifier-network.js';
export { Dinov2, type Dinov2Options, type VitResizer, dinov2 } from './dinov2.js';
export { type InceptionLayout, InceptionNetwork, type InceptionOutputs } from './inception-network.js';
export { type InceptionOptions, InceptionV3, inceptionV3 } from './inception-v3.js';
export { type Quantization, checkImageRange, prepareImages } from './prepare-images.js';
export { type Resizer, resizeMatrix, resizers } from './resize-matrix.js';
export {
  TrainedClassifier,
  type TrainedClassifierOptions,
  classifierKind,
  classifierMetadata,
  trainedClassifier,
} from './trained-classifier.js';
export { VitNetwork, type VitShape } from './vit-network.js';
