import { join } from 'node:path';
import { root, runScript } from '../setup/run-command.mjs';

/** @param {string} path - in node_modules */
function bin(path) {
  return join(root, 'node_modules', path);
}

/** Counts a tool's exit code as one check. @param {number} exitCode */
async function counted(exitCode) {
  return { passed: exitCode === 0 ? 1 : 0, failed: exitCode === 0 ? 0 : 1, skipped: 0 };
}

/**
 * What is checked without running the code, in this order: nx leaves the project graph that the boundary rule of
 * eslint reads, so the references come before lint.
 */
export const staticChecks = [
  {
    name: 'project references (nx sync)',
    run: async () => counted(await runScript(bin('nx/dist/bin/nx.js'), ['sync:check'], { quiet: true })),
  },
  {
    name: 'types (tsc --build)',
    run: async () => counted(await runScript(bin('typescript/bin/tsc'), ['--build', 'tsconfig.json'])),
  },
  {
    name: 'no circle of files, none above 300 lines (oxlint)',
    run: async () => counted(await runScript(bin('oxlint/bin/oxlint'), [], { quiet: true })),
  },
  {
    name: 'lint (eslint)',
    run: async () => counted(await runScript(bin('eslint/bin/eslint.js'), ['.', '--max-warnings', '0'])),
  },
  {
    name: 'format (prettier)',
    run: async () =>
      counted(await runScript(bin('prettier/bin/prettier.cjs'), ['--check', '--log-level', 'warn', '.'])),
  },
  {
    name: 'nothing unused: files, exports, dependencies (knip)',
    run: async () => counted(await runScript(bin('knip/bin/knip.js'), ['--no-config-hints'])),
  },
  {
    name: 'no dead links in Markdown',
    run: async () => counted(await runScript(join(root, 'tools/check/dead-links.mjs'), [])),
  },
  {
    name: 'packages (publint, are the types wrong)',
    run: async () => counted(await runScript(join(root, 'tools/check/package-shapes.mjs'), [])),
  },
];
