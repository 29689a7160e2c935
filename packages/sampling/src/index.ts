export { tooFewForPath } from './errors.js';
export { ImageMaker } from './image-maker.js';
export {
  drawPaths,
  type InterpolateOptions,
  type InterpolateResult,
  interpolate,
  type PathOptions,
} from './interpolation/interpolate.js';
export { type Interpolation, type Varying, linear, spherical } from './interpolation/paths.js';
export { writeInterpolation } from './interpolation/write-interpolation.js';
export { serializeLatents } from './latents-file.js';
export { type RealImages, type RealImagesOptions, openRealImages } from './real-images.js';
export { type SampledLatents, type SamplerDraw, type SamplerManifest, RunSampler } from './run-sampler.js';
export { drawSamples, sample } from './sample.js';
export { type DrawOptions, type SampleManifest, type SampleOptions, type SampleResult } from './types.js';
export { type SampleFormat, type WriteSamplesOptions, sampleFormats, writeSamples } from './write-samples.js';
