export { type AverageManifest } from './average-manifest.js';
export {
  type ChooseOptions,
  type ChosenAverage,
  type MeasuredAverage,
  chooseAverage,
} from './choose-average.js';
export { averageTensors, type PossibleAverage, possibleAverages } from './possible-averages.js';
export { type Profile } from './profile.js';
export { type RebuildOptions, type WrittenAverage, rebuildAverages } from './rebuild-averages.js';
export { type Combination, combine } from './solve.js';
