import type { Rule } from './choice.js';

/** In a run shorter than this, a look every 50 steps comes rarely. */
const short = 5000;

/** What watches the run; it warns, and leaves what to do to you. */
export const watching: Rule = ({ steps }) => [
  {
    path: 'stabilizers',
    value: [
      'non-finite',
      'spectrum',
      steps < short ? { use: 'probe', interval: 25 } : 'probe',
      'collapse-guard',
    ],
    basis: 'rule',
    reason:
      'they tell a collapse, and D that memorizes, while it comes: docs/stability.md has the measurements. ' +
      '{ use: collapse-guard, action: rollback } acts on it',
  },
];
