import { GanymedeError } from '@ganymede/core';
import { parseClassList } from './class-list.js';
import { resolveClass } from './resolve-classes.js';

/** What images have of each class, by name or number; shares are taken as they are and need not sum to 1. */
export type ClassMixture = Readonly<Record<string, number>>;

/**
 * Reads a mixture of two classes: `circle,star:0.25` is three quarters of circle and one quarter of star. Names are written
 * as in a list of classes.
 * @throws BAD_MIXTURE, BAD_CLASS_LIST
 */
export function parseMixture(text: string): ClassMixture {
  const [, names, number] = /^(.+):([^:"]+)$/.exec(text) ?? [];
  const share = number === undefined || number.trim() === '' ? NaN : Number(number);
  const classes = names === undefined ? [] : parseClassList(names);
  if (classes.length !== 2 || !(share >= 0 && share <= 1)) throw badMixture(text);
  const [first, second] = classes.map((one) => one.text) as [string, string];
  return first === second ? { [first]: 1 } : { [first]: 1 - share, [second]: share };
}

/**
 * A row of what an image has of each class.
 * @throws UNKNOWN_CLASS, AMBIGUOUS_CLASS, BAD_MIXTURE
 */
export function mixtureRow(mixture: ClassMixture, names: readonly string[]): Float32Array {
  const row = new Float32Array(names.length);
  const shares = Object.entries(mixture);
  if (shares.length === 0) throw badMixture('none');
  for (const [name, share] of shares) {
    if (!Number.isFinite(share)) throw badMixture(`${name}: ${share}`);
    const label = resolveClass(name, names);
    row[label] = row[label]! + share;
  }
  return row;
}

function badMixture(got: string): GanymedeError {
  return new GanymedeError(
    'BAD_MIXTURE',
    `mixture: expected <class>,<class>:<share of the second, 0 to 1>, got ${got}`,
    { kind: 'usage', hint: 'For example circle,star:0.5; quote a name with a comma.' },
  );
}
