import { recordOf } from '@ganymede/core';
import { badConfig } from './errors.js';
import { absolute, choiceFrom, isPath } from './paths.js';
import { isMapping, type Mapping } from './mapping.js';
import { reservedKeyIn } from './outside-document.js';
import { componentKeys, isComponentKey } from './schema.js';

/** `hinge` is short for `{ use: hinge }`. */
function spelledOut(value: unknown): unknown {
  return typeof value === 'string' ? { use: value } : value;
}

/** One key of a config in its full form: components spelled out, paths absolute. */
export function normalizeKey(key: string, value: unknown, folder: string): unknown {
  if (isComponentKey(key)) {
    if (componentKeys[key].many) return Array.isArray(value) ? value.map(spelledOut) : value;
    return choiceFrom(key, spelledOut(value), folder);
  }
  if ((key === 'init' || key === 'selection') && typeof value === 'string') return absolute(value, folder);
  if (key === 'plugins' && Array.isArray(value))
    return value.map((name: unknown) =>
      typeof name === 'string' && isPath(name) ? absolute(name, folder) : name,
    );
  return value;
}

/**
 * What a file or a preset says, in its full form; values are not checked yet.
 * @param folder - that its relative paths start from
 * @throws BAD_CONFIG if it is no mapping, or has a key that no option can have
 */
export function normalizeDocument(document: unknown, where: string, folder: string): Mapping {
  // An empty YAML file is null: a config that says nothing.
  if (document === null || document === undefined) return recordOf<unknown>();
  if (!isMapping(document))
    throw badConfig(
      where,
      'a mapping of options',
      Array.isArray(document) ? 'a list' : JSON.stringify(document),
    );
  // Editors find a file's schema by `$schema`; it says nothing about the run.
  const { $schema: _, ...rest } = document;
  const reserved = reservedKeyIn(rest);
  if (reserved !== null) throw badConfig(where, 'keys that are names of options', reserved);
  return recordOf<unknown>(
    Object.entries(rest).map(([key, value]) => [key, normalizeKey(key, value, folder)]),
  );
}
