export { DualContrastiveLoss, dualContrastive } from './dual-contrastive.js';
export { HingeLoss, hinge } from './hinge.js';
export { LeastSquaresLoss, leastSquares } from './least-squares.js';
export { MinimaxLoss, minimax } from './minimax.js';
export { NonSaturatingLoss, nonSaturating } from './non-saturating.js';
export { RelativisticAverageLoss, relativisticAverage } from './relativistic-average.js';
export { RelativisticPairLoss, relativisticPair } from './relativistic-pair.js';
export { WassersteinLoss, wasserstein } from './wasserstein.js';
