import { recordOf, type Resolution } from '@ganymede/core';
import { badAssignment, badConfig, badOptions, wrongValue } from './errors.js';
import { parseYaml } from './document.js';
import { forget, mergeLayer, type MergedConfig } from './merge.js';
import { isMapping, type Mapping } from './mapping.js';
import { normalizeKey } from './normalize.js';
import type { Origin } from './origin.js';
import { expectPlainDocument, isReservedName, reservedKeyIn } from './outside-document.js';
import { resolution } from './schema.js';

/** One key that a flag sets. */
export interface Assignment {
  /** Keys and list indices, e.g. `['regularizers', '0', 'strength']`. */
  readonly path: readonly string[];
  readonly value: unknown;
  /** As the user typed it, for messages and `config show`. */
  readonly flag: string;
}

/**
 * Reads `a.b=c`. The value is YAML: numbers, true and false, lists and mappings in braces, else text.
 * @throws BAD_OPTION for the key, BAD_CONFIG for the value
 */
export function parseAssignment(text: string): Assignment {
  const equals = text.indexOf('=');
  if (equals <= 0) throw badAssignment(text, 'key=value', equals < 0 ? 'no =' : 'no key');
  const path = text.slice(0, equals).trim().split('.');
  if (path.some((key) => key === '')) throw badAssignment(text, 'keys joined by single dots', 'an empty key');
  if (path.some(isReservedName)) throw badAssignment(text, 'keys that are names of options', path.join('.'));
  const value = parseYaml(text.slice(equals + 1), (reason) => badAssignment(text, 'a YAML value', reason));
  expectPlainDocument(value, `--set ${text}`);
  return { path, value, flag: `--set ${text}` };
}

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

/**
 * Lays assignments over a config, in order, but those that choose a component first: its options follow from it.
 * @param folder - that relative paths start from
 * @throws BAD_OPTION for an item that a list does not have, BAD_CONFIG for a key that no option can have
 */
export function assign(config: MergedConfig, assignments: readonly Assignment[], folder: string): void {
  const choosing = (one: Assignment): boolean => one.path.length === 1 || one.path.at(-1) === 'use';
  for (const one of [...assignments.filter(choosing), ...assignments.filter((other) => !choosing(other))])
    assignOne(config, one, folder);
}

function assignOne(config: MergedConfig, { path, value, flag }: Assignment, folder: string): void {
  const origin: Origin = { kind: 'flag', flag };
  const [first] = path;
  const reserved = path.some(isReservedName) ? path.join('.') : reservedKeyIn(value, path);
  if (reserved !== null) throw badConfig(flag, 'keys that are names of options', reserved);
  const list = path.findIndex((_, i) => Array.isArray(at(config.document, path.slice(0, i))));
  if (list < 0) {
    const nested = path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as Mapping;
    mergeLayer(config, { [first!]: normalizeKey(first!, nested[first!], folder) }, origin);
    return;
  }
  // Items of a list are set in place: mergeLayer would replace the list.
  const listPath = path.slice(0, list);
  const items = at(config.document, listPath) as unknown[];
  const index = Number(path[list]);
  if (!Number.isInteger(index) || index < 0 || index >= items.length) {
    const name = listPath.join('.');
    throw badAssignment(
      flag.replace(/^--set /, ''),
      items.length > 0 ? `an index of ${name}, 0 to ${items.length - 1}` : `a list ${name} with items`,
      items.length > 0 ? path[list]! : `an empty one; set the whole list, e.g. --set '${name}=[{ use: r1 }]'`,
    );
  }
  const rest = path.slice(list + 1);
  const item: MergedConfig = { document: recordOf<unknown>([['item', items[index]]]), origins: new Map() };
  const nested = rest.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
  mergeLayer(
    item,
    { item: rest.length === 0 && typeof nested === 'string' ? { use: nested } : nested },
    origin,
  );
  items[index] = item.document['item'];
  const itemPath = [...listPath, String(index)].join('.');
  if (rest.length === 0) forget(config.origins, itemPath);
  for (const [known, from] of item.origins) config.origins.set(known.replace(/^item/, itemPath), from);
}

function at(document: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (Array.isArray(value) ? value[Number(key)] : isMapping(value) ? value[key] : undefined),
    document,
  );
}
