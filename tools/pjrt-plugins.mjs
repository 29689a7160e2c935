/**
 * Puts the two PJRT plugins for processors into the toolkit's cache, where the tests of packages/pjrt and
 * plugins/backend-pjrt look: `node tools/pjrt-plugins.mjs`. Needs the built packages. Ends with 0 if both are there.
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { reportStep, secondsSince } from './setup/report-step.mjs';

const require = createRequire(import.meta.url);
const { cpuPlugins, pinFolder } = require('../packages/pjrt/dist/index.js');
// The same download, check and extraction as of TensorFlow's library.
const { downloadWheel } = require('../packages/tensorflow/dist/wheel-download.js');
const { extractMembers, verifyWheel } = require('../packages/tensorflow/dist/wheel-extract.js');

/** A folder appears whole or not at all; whoever comes second leaves the first one's. */
async function install(pin, signal) {
  const folder = pinFolder(pin);
  const files = [pin.plugin, ...pin.others];
  await mkdir(dirname(folder), { recursive: true });
  const temporary = await mkdtemp(join(dirname(folder), '.install-'));
  try {
    const downloads = join(temporary, 'download');
    await mkdir(downloads);
    const wheel = await downloadWheel(pin, downloads, { signal });
    await verifyWheel(wheel, pin.sha256);
    const complete = join(temporary, 'complete');
    await mkdir(complete);
    const keep = (member) => (files.includes(member) ? member : undefined);
    await extractMembers(wheel, keep, complete, files);
    signal.throwIfAborted();
    if (existsSync(folder)) await rename(folder, join(temporary, 'replaced'));
    await rename(complete, folder);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

const holds = (pin) => [pin.plugin, ...pin.others].every((file) => existsSync(join(pinFolder(pin), file)));
const abort = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => abort.abort());

for (const pin of cpuPlugins) {
  const name = `PJRT: ${pin.distribution} ${pin.version}`;
  if (holds(pin)) {
    reportStep(`${name} found`);
    continue;
  }
  const start = performance.now();
  reportStep(`${name}: installing (${Math.round(pin.bytes.wheel / 1e6)} MB to download)`);
  try {
    await install(pin, abort.signal);
    reportStep(`${name}: installed in ${secondsSince(start)}`);
  } catch (error) {
    reportStep(`${name}: ${error.message}`);
    process.exitCode = error.name === 'AbortError' ? 130 : 1;
    break;
  }
}
