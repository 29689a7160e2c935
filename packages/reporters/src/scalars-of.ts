import type { TrainingEvent } from '@ganymede/core';

/**
 * The numbers of an event by path: `{ step: 10, spectrum: { generator: { w: [3, 2] } } }` has `spectrum/generator/w/0`
 * and `/1`. NaN and infinities are numbers here; texts, nulls and the step are not.
 */
export function scalarsOf({ step: _, ...event }: TrainingEvent): [path: string, value: number][] {
  const found: [string, number][] = [];
  const visit = (value: unknown, path: string): void => {
    if (typeof value === 'number') found.push([path, value]);
    else if (typeof value === 'object' && value !== null)
      for (const [name, inner] of Object.entries(value)) visit(inner, path === '' ? name : `${path}/${name}`);
  };
  visit(event, '');
  return found;
}
