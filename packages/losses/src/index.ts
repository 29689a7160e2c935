export { DualContrastiveLoss, dualContrastive } from './dualContrastive.js';
export { HingeLoss, hinge } from './hinge.js';
export { LeastSquaresLoss, leastSquares } from './leastSquares.js';
export { MinimaxLoss, minimax } from './minimax.js';
export { NonSaturatingLoss, nonSaturating } from './nonSaturating.js';
export { RelativisticAverageLoss, relativisticAverage } from './relativisticAverage.js';
export { RelativisticPairLoss, relativisticPair } from './relativisticPair.js';
export { WassersteinLoss, wasserstein } from './wasserstein.js';
