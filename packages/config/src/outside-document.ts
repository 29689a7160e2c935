import { badConfig } from './errors.js';
import { isMapping } from './mapping.js';

/** Deeper than any option lies, and far above where a recursive walk runs out of stack. */
const deepest = 64;

/** Names that every object of JavaScript has already; as keys from outside they could reach what all objects share. */
const reservedNames: ReadonlySet<string> = new Set([
  ...Object.getOwnPropertyNames(Object.prototype),
  'prototype',
]);

/** Whether a key from outside is refused: no option may have such a name. */
export function isReservedName(key: string): boolean {
  return reservedNames.has(key);
}

/** The dotted path of the first key in a value that is a reserved name; null if there is none. */
export function reservedKeyIn(value: unknown, path: readonly string[] = []): string | null {
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, inner] of Object.entries(value)) {
    const below = [...path, key];
    const found =
      !Array.isArray(value) && isReservedName(key) ? below.join('.') : reservedKeyIn(inner, below);
    if (found !== null) return found;
  }
  return null;
}

/**
 * Checks what was read from a file or a flag before anything is done with its keys: values of JSON's kinds, not nested
 * without end (a YAML alias can hold itself), under keys that may be names of options.
 * @param where - the file or flag, for messages
 * @throws BAD_CONFIG naming the key, and nothing else
 */
export function expectPlainDocument(value: unknown, where: string): void {
  const open: { readonly value: unknown; readonly path: readonly string[] }[] = [{ value, path: [] }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value: own, path } = next;
    if (typeof own !== 'object' || own === null) {
      if (typeof own === 'bigint') throw badConfig(where, 'numbers of JSON', `${own} in ${path.join('.')}`);
      if (typeof own === 'function' || typeof own === 'symbol')
        throw badConfig(where, 'mappings, lists, text and numbers', `a ${typeof own} in ${path.join('.')}`);
      continue;
    }
    const at = path.length === 0 ? '' : ` in ${path.slice(0, 8).join('.')}`;
    if (path.length > deepest) throw badConfig(where, `at most ${deepest} levels`, `more${at}`);
    if (!Array.isArray(own) && !isPlain(own))
      throw badConfig(where, 'mappings, lists, text and numbers', `a ${own.constructor.name}${at}`);
    for (const [key, inner] of Object.entries(own)) {
      const below = [...path, key];
      if (isMapping(own) && isReservedName(key))
        throw badConfig(where, 'keys that are names of options', below.join('.'));
      open.push({ value: inner, path: below });
    }
  }
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}
