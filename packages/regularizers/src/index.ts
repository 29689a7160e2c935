export { GradientPenalty, gradientPenalty, type GradientPenaltyOptions } from './gradient-penalty.js';
export {
  offDiagonalEnergy,
  orthogonal,
  OrthogonalRegularizer,
  type OrthogonalOptions,
} from './orthogonal.js';
export { R1Regularizer, r1, type R1Options } from './r1.js';
