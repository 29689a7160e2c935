import { join } from 'node:path';
import { root, runScript } from '../setup/run-command.mjs';

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */
/** @typedef {{ name: string, run: () => Promise<Counts> }} Check */

/**
 * A check by the exit code of a script. Checks run beside each other, so what one prints is shown whole when it fails.
 * @param {string} name
 * @param {string} script - from the root
 * @param {...string} args
 * @returns {Check}
 */
function check(name, script, ...args) {
  return {
    name,
    run: async () => {
      const passed = (await runScript(join(root, script), args, { quiet: true })) === 0;
      return { passed: Number(passed), failed: Number(!passed), skipped: 0 };
    },
  };
}

/** Comes before the others: nx leaves the project graph that the boundary rule of eslint reads. */
export const references = check(
  'project references (nx sync)',
  'node_modules/nx/dist/bin/nx.js',
  'sync:check',
);

/** What is checked without running the code, the longest first. */
export const staticChecks = [
  check('lint (eslint)', 'node_modules/eslint/bin/eslint.js', '.', '--max-warnings', '0'),
  check('types (tsc --build)', 'node_modules/typescript/bin/tsc', '--build', 'tsconfig.json'),
  check('format (prettier)', 'node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'),
  check(
    'nothing unused: files, exports, dependencies (knip)',
    'node_modules/knip/bin/knip.js',
    '--no-config-hints',
  ),
  check('packages (publint, are the types wrong)', 'tools/check/package-shapes.mjs'),
  check('no circle of files, none above 300 lines (oxlint)', 'node_modules/oxlint/bin/oxlint'),
  check('no dead links in Markdown', 'tools/check/dead-links.mjs'),
];
