/**
 * Puts the two PJRT plugins for processors into the toolkit's cache, where the tests of packages/pjrt and
 * plugins/backend-pjrt look: `node tools/pjrt-plugins.mjs`. Needs the built packages. Ends with 0 if both are there.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { reportStep, secondsSince } from './setup/report-step.mjs';

const require = createRequire(import.meta.url);
const { cpuPlugins, pinFolder } = require('../packages/pjrt/dist/index.js');
const { installWheels } = require('../packages/wheels/dist/index.js');

const abort = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => abort.abort());

for (const pin of cpuPlugins) {
  const name = `PJRT: ${pin.distribution} ${pin.version}`;
  const files = [pin.plugin, ...pin.others];
  const isComplete = (/** @type {string} */ folder) => files.every((file) => existsSync(join(folder, file)));
  if (isComplete(pinFolder(pin))) {
    reportStep(`${name} found`);
    continue;
  }
  const start = performance.now();
  const size = pin.bytes ? ` (${Math.round(pin.bytes.wheel / 1e6)} MB to download)` : '';
  reportStep(`${name}: installing${size}`);
  try {
    const keep = (/** @type {string} */ member) => (files.includes(member) ? member : undefined);
    const parts = [{ wheel: pin, keep, required: files }];
    await installWheels({ folder: pinFolder(pin), parts, isComplete }, { signal: abort.signal });
    reportStep(`${name}: installed in ${secondsSince(start)}`);
  } catch (error) {
    const { name: kind, message } = error instanceof Error ? error : new Error(String(error));
    reportStep(`${name}: ${message}`);
    process.exitCode = kind === 'AbortError' ? 130 : 1;
    break;
  }
}
