export { tooFewForPath } from './errors.js';
export { type InterpolateOptions, type InterpolateResult, interpolate } from './interpolation/interpolate.js';
export { type Interpolation, type Varying, linear, spherical } from './interpolation/paths.js';
export { writeInterpolation } from './interpolation/write-interpolation.js';
export { serializeLatents } from './latents-file.js';
export { type RealImages, type RealImagesOptions, openRealImages } from './real-images.js';
export { sample } from './sample.js';
export { type SampleOptions, type SampleResult } from './types.js';
export { type SampleFormat, type WriteSamplesOptions, sampleFormats, writeSamples } from './write-samples.js';
