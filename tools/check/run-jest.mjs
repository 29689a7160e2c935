import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { root, runScript } from '../setup/run-command.mjs';

/** Native tensors are large and TensorFlow brings threads of its own: more processes than this only get in each other's way. */
const maxWorkers = 4;

/**
 * Runs jest and counts its tests. A file that does not even load counts as a failed test, and so does a jest that
 * ends badly though every test passed.
 * @param {string} name - names the file of results
 * @param {readonly string[]} args
 * @param {Readonly<Record<string, string>>} [env]
 * @returns {Promise<{ passed: number, failed: number, skipped: number }>}
 */
export async function runJest(name, args, env = {}) {
  const folder = join(root, 'dist/test-results');
  const results = join(folder, `${name}.json`);
  mkdirSync(folder, { recursive: true });
  rmSync(results, { force: true });
  const chosen = args.some((argument) => /^(--maxWorkers|--runInBand|-[iw]$)/.test(argument));
  const workers = chosen ? [] : [`--maxWorkers=${Math.min(maxWorkers, availableParallelism())}`];
  // What tests log is for whoever runs one file; failures are reported all the same.
  const output = ['--json', `--outputFile=${results}`, '--silent'];
  const jest = join(root, 'node_modules/jest/bin/jest.js');
  const code = await runScript(jest, [...workers, ...output, ...args], { env });
  if (!existsSync(results)) return { passed: 0, failed: 1, skipped: 0 };
  const counted = JSON.parse(readFileSync(results, 'utf8'));
  const failed = counted.numFailedTests + counted.numRuntimeErrorTestSuites;
  return {
    passed: counted.numPassedTests,
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: counted.numPendingTests,
  };
}
