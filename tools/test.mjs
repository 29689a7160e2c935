/**
 * `npm test`: the same set-up as `npm start`, then every check and every test, and a closing line with the counts.
 * `npm test -- layers ops` tests these packages only; what starts with a dash goes to jest.
 */
import { availableParallelism } from 'node:os';
import { checkNode } from './setup/check-node.mjs';
import { build } from './setup/build.mjs';
import { installDependencies } from './setup/install-dependencies.mjs';
import { reportStep, secondsSince } from './setup/report-step.mjs';
import { ensurePjrtPlugins } from './setup/pjrt.mjs';
import { ensureTensorflow } from './setup/tensorflow.mjs';
import { runJest } from './check/run-jest.mjs';
import { references, staticChecks } from './check/static-checks.mjs';
import { chooseProjects } from './check/choose-projects.mjs';
import { prepareE2e } from './e2e/prepare.mjs';

checkNode();
const start = performance.now();
/** @typedef {import('./check/static-checks.mjs').Counts} Counts */

/** @type {Counts} */
const total = { passed: 0, failed: 0, skipped: 0 };

/** @param {string} name @param {Counts} result @param {number} startMs */
function count(name, result, startMs) {
  total.passed += result.passed;
  total.failed += result.failed;
  total.skipped += result.skipped;
  reportStep(
    `${name}: ${result.failed === 0 ? 'passed' : 'FAILED'} (${result.passed} passed, ${result.failed} failed` +
      `${result.skipped ? `, ${result.skipped} skipped` : ''}) in ${secondsSince(startMs)}`,
  );
}

/** @param {string} name @param {() => Promise<Counts>} run */
async function check(name, run) {
  const startMs = performance.now();
  reportStep(name);
  count(name, await run(), startMs);
}

/** Two at a time where there are two cores: each of them uses one, and eslint takes as long as the rest. */
async function checkStatically() {
  await check(references.name, references.run);
  const left = [...staticChecks];
  const lane = async () => {
    for (let next = left.shift(); next; next = left.shift()) await check(next.name, next.run);
  };
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, lane));
}

try {
  await installDependencies();
  const { projects, jestArguments } = chooseProjects(process.argv.slice(2));
  await build();
  await ensureTensorflow();
  await ensurePjrtPlugins();
  if (projects === null) await checkStatically();
  const unit = projects?.filter((project) => project !== 'e2e');
  if (unit === undefined || unit.length > 0) {
    await check('unit tests', () =>
      runJest('unit', [
        ...(unit ? ['--selectProjects', ...unit] : ['--ignoreProjects', 'e2e']),
        ...jestArguments,
      ]),
    );
  }
  if (projects === null || projects.includes('e2e')) {
    await check('end-to-end tests', async () => {
      const { folder, dispose } = prepareE2e();
      try {
        const args = ['--selectProjects', 'e2e', '--runInBand', ...jestArguments];
        return await runJest('e2e', args, { GANYMEDE_E2E: folder });
      } finally {
        dispose();
      }
    });
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  total.failed++;
}
reportStep(`all done in ${secondsSince(start)}`);
console.log(
  `\n${total.passed} passed, ${total.failed} failed${total.skipped ? `, ${total.skipped} skipped` : ''}`,
);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
