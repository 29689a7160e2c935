import type { Rule } from './choice.js';

export const precision: Rule = ({ machine: { precision: found, engine } }) => [
  {
    path: 'precision',
    value: 'auto',
    basis: 'measured',
    reason: `${found} on ${engine.library}, ${engine.device}: bfloat16 where it is the faster`,
  },
];
