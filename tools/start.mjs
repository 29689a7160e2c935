/**
 * `npm start`: installs, builds, finds or fetches TensorFlow, and trains the quickstart. Whatever follows
 * `npm start --` goes to `ganymede train`, so `npm start -- --data photos` trains on the user's own images.
 * Runs on plain Node: nothing is installed yet when it starts.
 */
import { join } from 'node:path';
import { build } from './setup/build.mjs';
import { checkNode } from './setup/check-node.mjs';
import { installDependencies } from './setup/install-dependencies.mjs';
import { root, runScript } from './setup/run-command.mjs';
import { ensureTensorflow } from './setup/tensorflow.mjs';

checkNode();
try {
  await installDependencies();
  await build();
  await ensureTensorflow();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
process.exitCode = await runScript(join(root, 'packages/cli/bin/run.js'), [
  'train',
  ...process.argv.slice(2),
]);
