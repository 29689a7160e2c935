import { join } from 'node:path';
import { reportStep } from './report-step.mjs';
import { root, runScript } from './run-command.mjs';

/**
 * Finds or fetches the TensorFlow library. Without Python or a network there is none, which is no failure: the
 * toolkit then runs on WebAssembly, from npm alone. The fetch itself says in one line what is missing.
 */
export async function ensureTensorflow() {
  const code = await runScript(join(root, 'tools/tensorflow-library.mjs'), []);
  if (code === 130) throw new Error('stopped');
  if (code !== 0) reportStep('TensorFlow: not available, going on with WebAssembly (slower)');
}
