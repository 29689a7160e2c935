import type { Rule } from './choice.js';

/** The longest half-life, as a part of the run (github:NVlabs/stylegan2-ada-pytorch, train.py, `ema_rampup` 0.05). */
const rampUp = 0.05;

/**
 * The recipe's average, shortened where the run is: one that reaches back to the first steps shows their images. A half-life
 * that is the recipe's own is left alone: `decay` would do nothing beside it.
 */
export const averaging: Rule = ({ base: { ema }, steps }) => {
  if (ema === null || ema.halfLife !== null || typeof ema.decay !== 'number') return [];
  const longest = Math.max(1, rampUp * steps);
  const decay = Math.min(ema.decay, Number((0.5 ** (1 / longest)).toPrecision(5)));
  const start = Math.min(ema.start, Math.floor(steps * rampUp));
  const isOwn = decay === ema.decay;
  return [
    {
      path: 'ema.decay',
      value: decay,
      basis: 'published',
      reason: isOwn
        ? "the recipe's"
        : `half-life of a twentieth of the run, as StyleGAN2-ADA's ema_rampup has it: the recipe's ${ema.decay} is made for longer ones`,
    },
    {
      path: 'ema.start',
      value: start,
      basis: start === ema.start ? 'published' : 'rule',
      reason: start === ema.start ? "the recipe's" : 'a twentieth of the run',
    },
  ];
};
