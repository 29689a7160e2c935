import type { choiceFrom, ComponentChoice, parseAssignment } from '@ganymede/toolkit';
import { GanymedeError, isAddress, isGanymedeError, type Plugin } from '@ganymede/core';
import { fromHere } from './path-flags.js';

/**
 * Images as a flag names them: a path, or an address of tar shards; `cifar-10-binary.tar.gz:test` for a split of those that have them; or a dataset
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
  if (isAddress(text)) return { use: 'auto', path: text };
  const split = /^(.+):(train|test)$/.exec(text);
  return split
    ? { use: 'auto', path: fromHere(split[1]!), split: split[2]! }
    : { use: 'auto', path: fromHere(text) };
}

export type ImagesReader = (text: string) => ComponentChoice;

/** What of the toolkit reads a component with its options; it is loaded when a command runs. */
export interface ChoiceReaders {
  readonly parseAssignment: typeof parseAssignment;
  readonly choiceFrom: typeof choiceFrom;
}

/**
 * `imagesAt` for the flags of a command that knows which dataset components there are. Each flag for images takes a
 * component with its options, since messages about data say which option to set.
 */
function imagesReader(datasets: readonly string[], toolkit: ChoiceReaders): ImagesReader {
  const valueOf = (yaml: string): unknown => {
    try {
      return toolkit.parseAssignment(`images=${yaml}`).value;
    } catch (error) {
      if (!isGanymedeError(error)) throw error;
      const why = error.message.replace(/^.*?, got /, '');
      throw new GanymedeError(
        'BAD_ARGUMENTS',
        `images: expected a path, or a dataset component with its options in YAML, got ${yaml}: ${why}`,
        { kind: 'usage', hint: 'For example { use: auto, path: photos, labels: folders }.', cause: error },
      );
    }
  };
  const parseChoice = (yaml: string): ComponentChoice | null => {
    const value = valueOf(yaml);
    const isChoice = typeof value === 'object' && value !== null && 'use' in value;
    return isChoice ? toolkit.choiceFrom('data', value as ComponentChoice, process.cwd()) : null;
  };
  return (text) => imagesAt(text, datasets, parseChoice);
}

/** The reader of a command with these plugins. */
export async function imagesReaderOf(plugins: readonly Plugin[]): Promise<ImagesReader> {
  const toolkit = await import('@ganymede/toolkit');
  return imagesReader((await toolkit.createContainer({ plugins })).ids('dataset'), toolkit);
}
