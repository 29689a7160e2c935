import { dirname } from 'node:path';

/** tfjs ships source maps, which turn frames of its bundle into paths outside node_modules. */
const tfjsSource = /[/\\]tfjs-[a-z]+[/\\]src[/\\]/;

/**
 * Finds, for messages, the place in a user's program that an error comes from.
 * @param ownFolder - the engine's: its sources or build, and what it brings
 * @returns a function of a stack (of its own call if absent) that gives ` (at file:line:column)` of the innermost caller
 *   outside the engine, this package and node_modules; empty if there is none
 */
export function userFrameOutside(ownFolder: string): (stack?: string) => string {
  const own = [ownFolder, dirname(__dirname)];
  return (stack = new Error('where').stack ?? '') => {
    const frame = stack
      .split('\n')
      .slice(1)
      .find(
        (line) =>
          /[/\\]/.test(line) &&
          !line.includes('node_modules') &&
          !line.includes('node:') &&
          !tfjsSource.test(line) &&
          (!own.some((folder) => line.includes(folder)) || line.includes('.test.')),
      );
    const place = frame && /\(?([^()\s]+:\d+:\d+)\)?$/.exec(frame);
    return place ? ` (at ${place[1]})` : '';
  };
}
