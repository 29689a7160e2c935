import type { ConfigDocument } from '@ganymede/config';
import type { Choice } from './rules/choice.js';

/** Choices as a document of a config: `ema.decay` lies below `ema`. */
export function nestedDocument(choices: readonly Pick<Choice, 'path' | 'value'>[]): ConfigDocument {
  const document: Record<string, unknown> = {};
  for (const { path, value } of choices) {
    const keys = path.split('.');
    const parent = keys
      .slice(0, -1)
      .reduce<Record<string, unknown>>((at, key) => (at[key] ??= {}) as Record<string, unknown>, document);
    parent[keys.at(-1)!] = structuredClone(value);
  }
  return document;
}
