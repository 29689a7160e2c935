import type { ComponentChoice } from '@ganymede/toolkit';
import { fromHere } from './path-flags.js';

/**
 * Images as a flag names them: a path; `cifar-10-binary.tar.gz:test` for a split of those that have them; or a dataset
 * component with its options, `shapes` or `{ use: shapes, seed: 1 }`. A relative path starts where the user stands.
 * @param datasets - ids of the components
 * @param parseChoice - of a component in YAML, its paths absolute
 */
export function imagesAt(
  text: string,
  datasets: readonly string[] = [],
  parseChoice?: (yaml: string) => ComponentChoice | null,
): ComponentChoice {
  if (datasets.includes(text)) return { use: text };
  const choice = text.trimStart().startsWith('{') ? parseChoice?.(text) : null;
  if (choice) return choice;
  const split = /^(.+):(train|test)$/.exec(text);
  return split
    ? { use: 'auto', path: fromHere(split[1]!), split: split[2]! }
    : { use: 'auto', path: fromHere(text) };
}
