/** Networks that run wherever an exported generator does: the loader has their source. */
export const portableGenerators = [
  'biggan',
  'biggan-deep',
  'sagan',
  'sngan',
  'r3gan',
  'dcgan',
  'fastgan',
] as const;
export type PortableGenerator = (typeof portableGenerators)[number];

/** Priors whose latents the loader draws, the same ones for the same seed. */
export const portablePriors = ['normal', 'uniform', 'bernoulli', 'censored-normal'] as const;
export type PortablePrior = (typeof portablePriors)[number];
