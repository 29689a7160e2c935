/**
 * Recipes that collapse and recipes that do not, small enough for minutes on two cores: the quickstart preset at half the
 * width and half the batch, with the changes that each names. All go on from one healthy run, `base`, whose samples are good
 * enough to be lost, as large GANs collapse late in training. All are watched at the same intervals; what watches changes
 * nothing of a run.
 */
import { bothOf, discriminatorOf } from './networks.mjs';
import { otherKinds } from './other-kinds.mjs';

const common = {
  backend: { use: 'tensorflow', threads: 1 },
  precision: 'float32',
  steps: 300,
  batchSize: 16,
  ema: null,
  log: { every: 1 },
  checkpoint: { every: 25, keepLast: 2 },
  sample: { every: 25, perClass: 16 },
  ...bothOf(8),
  heldOut: 512,
  stabilizers: [
    { use: 'non-finite', action: 'warn' },
    { use: 'spectrum', interval: 10 },
    { use: 'probe', interval: 10 },
  ],
};

/** @typedef {import('./other-kinds.mjs').Recipe} Recipe */

/** What the others begin with. @type {Recipe} */
export const base = {
  collapses: false,
  fromScratch: true,
  what: 'the preset, from scratch',
  config: { steps: 1000 },
};

/** Rates that double at each of three steps. */
const rising = { use: 'step', milestones: [75, 100, 125], gamma: 2 };

/** @type {Readonly<Record<string, Recipe>>} */
export const recipes = {
  rates: {
    collapses: true,
    what: 'learning rates that rise to eight times the preset',
    config: { schedule: rising },
  },
  unnormalized: {
    collapses: true,
    what: 'a discriminator without spectral norm, and the same rise',
    config: { discriminator: discriminatorOf(8, { spectralNorm: false }), schedule: rising },
  },
  overpowered: {
    collapses: true,
    what: 'four steps of the discriminator for one of the generator, and the same rise',
    config: { discriminatorSteps: 4, schedule: rising },
  },
  few: {
    collapses: true,
    what: '100 images, twice the rate of the discriminator, and the same rise',
    config: {
      data: { use: 'shapes', count: 120 },
      heldOut: 20,
      learningRates: { generator: 5e-4, discriminator: 2e-3 },
      schedule: rising,
    },
  },
  quickstart: { collapses: false, what: 'the preset', config: {} },
  slow: {
    collapses: false,
    what: 'half the learning rates',
    config: { learningRates: { generator: 2.5e-4, discriminator: 5e-4 } },
  },
  r1: {
    collapses: false,
    what: 'with R1',
    config: { regularizers: [{ use: 'r1', gamma: 0.1, interval: 8 }] },
  },
  'non-saturating': {
    collapses: false,
    what: 'the non-saturating loss',
    config: { loss: 'non-saturating' },
  },
  ...otherKinds,
};

/**
 * The config document of a recipe.
 * @param {string} name
 * @param {number} seed
 * @param {string | null} init - the folder of the run that it goes on from; null for `base`
 * @param {Record<string, unknown>} [extra]
 * @returns {Record<string, unknown> & { stabilizers: { use: string, [option: string]: unknown }[] }}
 */
export function documentOf(name, seed, init, extra = {}) {
  const recipe = name === 'base' ? base : recipes[name];
  if (!recipe) throw new Error(`recipe: expected some of ${Object.keys(recipes)}, got ${name}`);
  return { preset: 'quickstart', ...common, ...recipe.config, seed, ...(init && { init }), ...extra };
}
