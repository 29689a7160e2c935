import { join } from 'node:path';
import { reportStep } from './report-step.mjs';
import { root, runScript } from './run-command.mjs';

/** Finds or fetches the plugins that the tests of PJRT run on. Without them those tests fail, and say so. */
export async function ensurePjrtPlugins() {
  const code = await runScript(join(root, 'tools/pjrt-plugins.mjs'), []);
  if (code === 130) throw new Error('stopped');
  if (code !== 0) reportStep('PJRT: no plugin for processors, its tests cannot run');
}
