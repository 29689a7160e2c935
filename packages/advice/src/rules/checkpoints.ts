import type { Rule } from './choice.js';

const secondsBetween = 600;

/** Checkpoints and sheets so often that a stop costs minutes, and at least ten in the run. */
export const checkpoints: Rule = ({ base: { checkpoint, sample }, steps, measured }) => {
  const most = Math.max(1, Math.floor(steps / 10));
  const every = Math.min(
    most,
    measured ? Math.max(1, roundDown(secondsBetween / measured.stepSeconds)) : checkpoint.every,
  );
  const basis = measured ? 'measured' : 'published';
  return [
    {
      path: 'checkpoint.every',
      value: every,
      basis,
      reason: measured
        ? 'about ten minutes, and ten in the run at least: what a stop may cost'
        : "the recipe's, or a tenth of the run",
    },
    {
      path: 'sample.every',
      value: measured ? every : Math.min(most, sample.every),
      basis,
      reason: measured ? 'a sheet to look at as often' : "the recipe's, or a tenth of the run",
    },
  ];
};

/** To one digit, and a five or none: 1, 2, 5, 10, 20, 50, ... */
function roundDown(value: number): number {
  if (value < 1) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return power * [5, 2, 1].find((digit) => digit * power <= value)!;
}
