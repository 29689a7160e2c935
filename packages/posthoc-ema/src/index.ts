export { type AverageManifest, averageManifestName, readAverageManifest } from './average-manifest.js';
export {
  type ChooseOptions,
  type ChosenAverage,
  type MeasuredAverage,
  chooseAverage,
} from './choose-average.js';
export { type AverageLength, lengthsOf } from './length.js';
export { type Profile, innerProduct } from './profile.js';
export { type RebuildOptions, type WrittenAverage, rebuildAverages } from './rebuild-averages.js';
export { type Combination, combine } from './solve.js';
