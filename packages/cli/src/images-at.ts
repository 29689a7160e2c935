import type { ComponentChoice } from '@ganymede/toolkit';

/**
 * Images as a flag names them: a path; `cifar-10-binary.tar.gz:test` for a split of those that have them; or a dataset
 * component with its options, `shapes` or `{ use: shapes, seed: 1 }`.
 * @param datasets - ids of the components
 * @param parseValue - of YAML
 */
export function imagesAt(
  text: string,
  datasets: readonly string[] = [],
  parseValue?: (yaml: string) => unknown,
): ComponentChoice {
  if (datasets.includes(text)) return { use: text };
  if (parseValue && text.trimStart().startsWith('{')) {
    const value = parseValue(text);
    if (typeof value === 'object' && value !== null && 'use' in value) return value as ComponentChoice;
  }
  const split = /^(.+):(train|test)$/.exec(text);
  return split ? { use: 'auto', path: split[1]!, split: split[2]! } : { use: 'auto', path: text };
}
