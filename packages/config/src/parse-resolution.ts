import type { Resolution } from '@ganymede/core';
import { badOptions, wrongValue } from './errors.js';
import { resolution } from './schema.js';

/**
 * A size as it is typed: pixels a side, or height and width with a comma between.
 * @param what - the flag, for the error
 * @throws BAD_OPTION
 */
export function parseResolution(what: string, text: string): Resolution {
  const sides = text.split(',').map(Number);
  const parsed = resolution.safeParse(sides.length === 1 ? sides[0] : sides);
  if (parsed.success) return parsed.data;
  throw badOptions([wrongValue(what, 'pixels a side, or height,width; integers of at least 4', text)]);
}
