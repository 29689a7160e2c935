export { GradientPenalty, gradientPenalty, type GradientPenaltyOptions } from './gradient-penalty.js';
export { Dragan, dragan, type DraganOptions } from './dragan.js';
export { Lecam, lecam, type LecamOptions } from './lecam.js';
export {
  offDiagonalEnergy,
  orthogonal,
  OrthogonalRegularizer,
  type OrthogonalOptions,
} from './orthogonal.js';
export { R1Regularizer, r1, type R1Options } from './r1.js';
export { R2Regularizer, r2, type R2Options } from './r2.js';
