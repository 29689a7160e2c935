import { recordOf } from '@ganymede/core';
import { isMapping, type Mapping } from './mapping.js';
import type { Origin } from './origin.js';

/** A config that is put together layer by layer, and where each of its keys came from. */
export interface MergedConfig {
  readonly document: Mapping;
  /** By dotted path of a value that is no mapping. */
  readonly origins: Map<string, Origin>;
}

export function emptyConfig(): MergedConfig {
  return { document: recordOf<unknown>(), origins: new Map() };
}

/**
 * Lays a layer over what is there. Mappings merge key by key, everything else replaces. A mapping that names another
 * component (`use`) than the one below it replaces it with all of its options, which are those of another component.
 */
export function mergeLayer(below: MergedConfig, layer: Mapping, origin: Origin): void {
  mergeMapping(below.document, layer, '', origin, below.origins);
}

function mergeMapping(
  below: Mapping,
  above: Mapping,
  prefix: string,
  origin: Origin,
  origins: Map<string, Origin>,
): void {
  for (const [key, value] of Object.entries(above)) {
    if (value === undefined) continue;
    const path = prefix + key;
    const there = below[key];
    if (isMapping(value) && isMapping(there) && !namesAnother(there, value)) {
      mergeMapping(there, value, `${path}.`, origin, origins);
      continue;
    }
    forget(origins, path);
    if (isMapping(value)) {
      const fresh: Mapping = recordOf<unknown>();
      below[key] = fresh;
      mergeMapping(fresh, value, `${path}.`, origin, origins);
    } else {
      below[key] = structuredClone(value);
      record(value, path, origin, origins);
    }
  }
}

/** A list of mappings has the origins of what lies in them, so that options that are left out stay defaults. */
function record(value: unknown, path: string, origin: Origin, origins: Map<string, Origin>): void {
  if (isMapping(value)) {
    for (const [key, inner] of Object.entries(value)) record(inner, `${path}.${key}`, origin, origins);
  } else if (Array.isArray(value) && value.some(isMapping)) {
    value.forEach((item, i) => record(item, `${path}.${i}`, origin, origins));
  } else {
    origins.set(path, origin);
  }
}

function namesAnother(there: Mapping, value: Mapping): boolean {
  return value['use'] !== undefined && value['use'] !== there['use'];
}

export function forget(origins: Map<string, Origin>, path: string): void {
  for (const known of [...origins.keys()])
    if (known === path || known.startsWith(`${path}.`)) origins.delete(known);
}
