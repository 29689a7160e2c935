import { dirname } from 'node:path';

/** The package's folder: its sources or build. */
const ownFolder = dirname(dirname(__dirname));

/** tfjs ships source maps, which turn frames of its bundle into paths outside node_modules. */
const tfjsSource = /[/\\]tfjs-[a-z]+[/\\]src[/\\]/;

/**
 * ` (at file:line:column)` of the innermost caller outside this package and node_modules; empty if there is none.
 * @param stack - of the error to explain; of this call if absent
 */
export function userFrame(stack = new Error('where').stack ?? ''): string {
  const frame = stack
    .split('\n')
    .slice(1)
    .find(
      (line) =>
        /[/\\]/.test(line) &&
        !line.includes('node_modules') &&
        !line.includes('node:') &&
        !tfjsSource.test(line) &&
        (!line.includes(ownFolder) || line.includes('.test.')),
    );
  const place = frame && /\(?([^()\s]+:\d+:\d+)\)?$/.exec(frame);
  return place ? ` (at ${place[1]})` : '';
}
