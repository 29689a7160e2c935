/**
 * Collapses of kinds that the first recipes of the lab do not have, none by a rise of the learning rates, and healthy runs with
 * other losses, data and widths. The guard's factors for these kinds were chosen on the recipes that are `chosen`; the others were
 * run with the factors as they then were.
 */
import { bothOf, discriminatorOf, generatorOf } from './networks.mjs';

/** Looks of `spectrum` and `probe` are rarer than in the first recipes. */
const every = 20;
const watching = {
  stabilizers: [
    { use: 'non-finite', action: 'warn' },
    { use: 'spectrum', interval: every },
    { use: 'probe', interval: every },
  ],
};
const names = 'circle square triangle star ring cross heart crescent arrow hourglass'.split(' ');
/** Images of each class in a folder, 150 where nothing else is said. */
const counts = (/** @type {Readonly<Record<string, number>>} */ some) =>
  Object.fromEntries(names.map((name) => [name, some[name] ?? 150]));
const rates = (/** @type {number} */ generator, /** @type {number} */ discriminator) => ({
  learningRates: { generator, discriminator },
});
const momentum = (/** @type {number} */ beta1) => ({
  generatorOptimizer: { use: 'adam', beta1, beta2: 0.99 },
  discriminatorOptimizer: { use: 'adam', beta1, beta2: 0.99 },
});

/**
 * @typedef {object} Recipe
 * @property {boolean} collapses
 * @property {string} what
 * @property {Record<string, unknown>} config - what differs of the config document
 * @property {string} [kind] - of a collapse; rising rates where there is none
 * @property {boolean} [isChosen] - the guard's factors were chosen on it
 * @property {boolean} [fromScratch] - it goes on from no run
 * @property {string} [brokenClass]
 * @property {LongRow} [longRow]
 * @property {Readonly<Record<string, number>>} [counts] - images by class
 * @property {boolean} [ownImages] - its data are the user's
 */
/**
 * A row of a weight [classes, width] that is made so many times as long.
 * @typedef {object} LongRow
 * @property {string} network - file of the checkpoint, without its end
 * @property {string} weight
 * @property {string} name - the row's class
 * @property {number} factor
 */

/** @type {Readonly<Record<string, Recipe>>} */
export const otherKinds = {
  momentum: {
    kind: 'from the start',
    collapses: true,
    isChosen: true,
    fromScratch: true,
    what: 'beta1 of 0.95 and rates of 2e-3 for both networks, ch 16',
    config: { ...watching, ...bothOf(16), ...momentum(0.95), ...rates(2e-3, 2e-3), steps: 120 },
  },
  'weak-d': {
    kind: 'from the start',
    collapses: true,
    isChosen: false,
    fromScratch: true,
    what: 'a discriminator that learns forty times slower than the generator',
    config: { ...watching, ...rates(2e-3, 5e-5), steps: 150 },
  },
  lagging: {
    kind: 'slow',
    collapses: true,
    isChosen: true,
    what: 'rates of 1e-4 and 4e-6: the discriminator all but stands still',
    config: { ...watching, ...rates(1e-4, 4e-6), steps: 200 },
  },
  'small-batch': {
    kind: 'slow',
    collapses: true,
    isChosen: false,
    what: 'four images a batch',
    config: { ...watching, batchSize: 4, ...momentum(0.9), steps: 200 },
  },
  'long-row-g': {
    kind: 'one class',
    collapses: true,
    isChosen: true,
    what: "the stars' row in G's shared embedding is twenty times as long",
    brokenClass: 'star',
    longRow: { network: 'generator', weight: 'shared.weight', name: 'star', factor: 20 },
    config: { ...watching, steps: 200 },
  },
  'longer-row-g': {
    kind: 'one class',
    collapses: true,
    isChosen: false,
    what: 'the same for the circles, fifty times',
    brokenClass: 'circle',
    longRow: { network: 'generator', weight: 'shared.weight', name: 'circle', factor: 50 },
    config: { ...watching, steps: 100 },
  },
  'long-row-d': {
    kind: 'healthy',
    collapses: false,
    isChosen: false,
    what: "the hearts' row in D's projection is fifty times as long: D recovers",
    longRow: { network: 'discriminator', weight: 'embed.weight', name: 'heart', factor: 50 },
    config: { ...watching, steps: 200 },
  },
  rare: {
    kind: 'healthy',
    collapses: false,
    isChosen: true,
    what: '12 images of stars beside 150 of every other class',
    counts: counts({ star: 12 }),
    config: { ...watching, heldOut: 0, steps: 200 },
  },
  unbounded: {
    kind: 'D without constraint',
    collapses: true,
    isChosen: true,
    fromScratch: true,
    what: 'the Wasserstein loss without spectral norm or penalty',
    config: {
      ...watching,
      loss: 'wasserstein',
      discriminator: discriminatorOf(8, { spectralNorm: false }),
      steps: 100,
    },
  },
  gentle: {
    kind: 'healthy',
    collapses: false,
    isChosen: true,
    fromScratch: true,
    what: "weights of N(0, 0.02) and BigGAN's rates, 5e-5 and 2e-4, from scratch",
    config: {
      ...watching,
      generator: { ...generatorOf(8), initialization: 'normal' },
      discriminator: { ...discriminatorOf(8), initialization: 'normal' },
      ...rates(5e-5, 2e-4),
      steps: 200,
    },
  },
  'unbounded-late': {
    kind: 'D without constraint',
    collapses: true,
    isChosen: false,
    what: 'the same, from the good run, at rates of 1e-4',
    config: {
      ...watching,
      loss: 'wasserstein',
      discriminator: discriminatorOf(8, { spectralNorm: false }),
      ...rates(1e-4, 1e-4),
      steps: 200,
    },
  },
  'least-squares': {
    kind: 'healthy',
    collapses: false,
    isChosen: false,
    fromScratch: true,
    what: 'the least-squares loss, from scratch',
    config: { ...watching, loss: 'least-squares', steps: 200 },
  },
  'wgan-gp': {
    kind: 'healthy',
    collapses: false,
    isChosen: true,
    fromScratch: true,
    what: 'the Wasserstein loss with a gradient penalty and no spectral norm, from scratch',
    config: {
      ...watching,
      loss: 'wasserstein',
      discriminator: discriminatorOf(8, { spectralNorm: false }),
      regularizers: [{ use: 'gradient-penalty' }],
      steps: 200,
    },
  },
  'few-classes': {
    kind: 'healthy',
    collapses: false,
    isChosen: false,
    fromScratch: true,
    what: 'three classes, the relativistic average loss, ch 12, from scratch',
    config: {
      ...watching,
      ...bothOf(12),
      data: { use: 'shapes', shapes: ['star', 'heart', 'ring'] },
      loss: 'relativistic-average',
      steps: 200,
    },
  },
  photos: {
    kind: 'healthy',
    collapses: false,
    isChosen: false,
    fromScratch: true,
    ownImages: true,
    what: 'photos of CIFAR-10, the non-saturating loss, ch 12, from scratch',
    config: { ...watching, ...bothOf(12), loss: 'non-saturating', steps: 200 },
  },
  hasty: {
    kind: 'from the start',
    collapses: true,
    isChosen: false,
    fromScratch: true,
    what: 'the non-saturating loss, beta1 of 0.9 and rates of 4e-3 for both networks',
    config: { ...watching, loss: 'non-saturating', ...momentum(0.9), ...rates(4e-3, 4e-3), steps: 150 },
  },
  'few-slow': {
    kind: 'slow',
    collapses: true,
    isChosen: false,
    what: "60 images at the preset's rates: the discriminator learns them by heart",
    config: { ...watching, data: { use: 'shapes', count: 70 }, heldOut: 10, steps: 400 },
  },
  'long-row-heart': {
    kind: 'one class',
    collapses: true,
    isChosen: false,
    what: "the hearts' row in G's shared embedding is ten times as long",
    brokenClass: 'heart',
    longRow: { network: 'generator', weight: 'shared.weight', name: 'heart', factor: 10 },
    config: { ...watching, steps: 200 },
  },
  'unbounded-relativistic': {
    kind: 'D without constraint',
    collapses: true,
    isChosen: false,
    fromScratch: true,
    what: 'the relativistic average loss without spectral norm, rates of 2e-3',
    config: {
      ...watching,
      loss: 'relativistic-average',
      discriminator: discriminatorOf(8, { spectralNorm: false }),
      ...rates(2e-3, 2e-3),
      steps: 150,
    },
  },
  dragan: {
    kind: 'healthy',
    collapses: false,
    isChosen: false,
    fromScratch: true,
    what: 'the non-saturating loss with DRAGAN and no spectral norm, from scratch',
    config: {
      ...watching,
      loss: 'non-saturating',
      discriminator: discriminatorOf(8, { spectralNorm: false }),
      regularizers: [{ use: 'dragan' }],
      steps: 300,
    },
  },
  wider: {
    kind: 'healthy',
    collapses: false,
    isChosen: false,
    fromScratch: true,
    what: 'ch 16, from scratch',
    config: { ...watching, ...bothOf(16), steps: 200 },
  },
  'eight-a-batch': {
    kind: 'healthy',
    collapses: false,
    isChosen: false,
    what: 'eight images a batch, half the rates',
    config: { ...watching, batchSize: 8, ...rates(2.5e-4, 5e-4), steps: 400 },
  },
  lecam: {
    kind: 'healthy',
    collapses: false,
    isChosen: false,
    what: 'LeCam and 500 images',
    config: {
      ...watching,
      data: { use: 'shapes', count: 600 },
      heldOut: 100,
      regularizers: ['lecam'],
      steps: 300,
    },
  },
};
