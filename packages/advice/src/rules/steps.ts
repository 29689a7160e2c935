import { thousands, type Rule } from './choice.js';

/** Below this a run shows nothing, however slow the machine. */
const fewest = 100;

/** The recipe's steps, or those that the time allows. */
export const steps: Rule = ({ base, wishes: { hours }, measured }) => {
  const path = 'steps';
  const own = base.steps;
  if (!measured)
    return [
      { path, value: own, basis: 'published', reason: "the recipe's; how long they take was not measured" },
    ];
  const affordable = Math.floor((hours * 3600) / measured.stepSeconds / fewest) * fewest;
  const speed = `a step takes ${measured.stepSeconds.toPrecision(2)} s here`;
  if (affordable >= own) return [{ path, value: own, basis: 'published', reason: `the recipe's; ${speed}` }];
  const value = Math.max(fewest, affordable);
  return [
    {
      path,
      value,
      basis: 'measured',
      reason: `${speed}: about what ${hours} hours hold (--hours), of the recipe's ${thousands(own)}`,
    },
  ];
};
