import { GanymedeError } from '@ganymede/core';

/**
 * JSON that gives back what went in, for the state of a checkpoint. Plain JSON turns NaN and infinities into null and
 * loses the sign of -0; here they become `{"$number": "NaN"}`. What JSON cannot hold is an error that says where,
 * instead of a run that resumes with something else. Properties whose value is undefined are left out.
 */
const tag = '$number';
const specials: ReadonlyMap<string, number> = new Map([
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
  ['-0', -0],
]);
const maxDepth = 200;

/** @throws BAD_STATE naming the path, e.g. `state.stabilizers[0].window` */
export function stringifyExact(value: unknown, where = 'state'): string {
  return `${JSON.stringify(encode(value, where, 0), null, 1)}\n`;
}

/** The inverse of `stringifyExact`. @throws SyntaxError if it is not JSON */
export function parseExact(text: string): unknown {
  return JSON.parse(text, (_, value: unknown) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, tag)) return value;
    const special = specials.get(String((value as Record<string, unknown>)[tag]));
    if (special === undefined) throw new SyntaxError(`unknown number ${JSON.stringify(value)}`);
    return special;
  });
}

function encode(value: unknown, where: string, depth: number): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return encodeNumber(value);
  if (typeof value !== 'object')
    throw badState(where, value === undefined ? 'undefined' : `a ${typeof value}`);
  if (depth > maxDepth) throw badState(where, `more than ${maxDepth} levels, or a cycle`);
  if (Array.isArray(value))
    return Array.from(value, (item: unknown, i) => encode(item, `${where}[${i}]`, depth + 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  // Objects of another realm (a jest or vm context) are plain too: their prototype has no prototype.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null)
    throw badState(where, `a ${(value as object).constructor.name}`);
  if (Object.hasOwn(value, tag)) throw badState(where, `the reserved key ${tag}`);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([key, item]) => [key, encode(item, `${where}.${key}`, depth + 1)]),
  );
}

function encodeNumber(value: number): unknown {
  if (Number.isFinite(value) && !Object.is(value, -0)) return value;
  return { [tag]: Object.is(value, -0) ? '-0' : String(value) };
}

function badState(where: string, got: string): GanymedeError {
  return new GanymedeError(
    'BAD_STATE',
    `${where}: expected null, a boolean, a number, a string, a list or a plain object, got ${got}`,
    { kind: 'failed', hint: 'Keep arrays of numbers as lists, or as tensors in one of the tensor files.' },
  );
}
