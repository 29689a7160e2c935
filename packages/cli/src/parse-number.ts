import { GanymedeError } from '@ganymede/core';

/** @throws BAD_ARGUMENTS naming the flag */
export function parseNumber(flag: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new GanymedeError('BAD_ARGUMENTS', `${flag}: expected a number, got ${text}`, { kind: 'usage' });
}

/** @throws BAD_ARGUMENTS naming the flag */
export function parseInteger(flag: string, text: string, least: number, most = Infinity): number {
  const value = parseNumber(flag, text);
  if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
  const range = most === Infinity ? `of at least ${least}` : `from ${least} to ${most}`;
  throw new GanymedeError('BAD_ARGUMENTS', `${flag}: expected an integer ${range}, got ${text}`, {
    kind: 'usage',
  });
}

/** Two numbers with a comma between. @throws BAD_ARGUMENTS */
export function parsePair(flag: string, text: string): readonly [number, number] {
  const parts = text.split(',');
  if (parts.length !== 2)
    throw new GanymedeError('BAD_ARGUMENTS', `${flag}: expected two numbers, such as 1,99, got ${text}`, {
      kind: 'usage',
    });
  return [parseNumber(flag, parts[0]!), parseNumber(flag, parts[1]!)];
}
