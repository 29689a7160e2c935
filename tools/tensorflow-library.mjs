/**
 * Finds the TensorFlow library or installs it into the toolkit's cache: `node tools/tensorflow-library.mjs`.
 * Needs the built packages/tensorflow. Ends with 0 if the library is there; else says in one line what is missing.
 */
import { createRequire } from 'node:module';
import { reportStep, secondsSince } from './setup/report-step.mjs';

const { findLibrary, installLibrary } = createRequire(import.meta.url)(
  '../packages/tensorflow/dist/index.js',
);

const megabytes = (/** @type {number} */ bytes) => `${Math.round(bytes / 1e6)} MB`;

/** One line for every 100 MB: a log stays readable, a terminal moves. */
function progressReporter() {
  /** @type {string | undefined} */
  let stage;
  let next = 0;
  return (/** @type {import('../packages/wheels/dist/index.js').InstallProgress} */ progress) => {
    if (progress.stage === 'verify') return;
    if (progress.stage !== stage) next = 100e6;
    stage = progress.stage;
    if (progress.bytes < next) return;
    next = progress.bytes + 100e6;
    reportStep(`TensorFlow: ${stage} ${megabytes(progress.bytes)}`);
  };
}

try {
  const { folder, source } = findLibrary();
  reportStep(`TensorFlow: found in ${folder} (${source})`);
} catch (notFound) {
  const isMissing = notFound instanceof Error && 'code' in notFound && notFound.code === 'LIBRARY_NOT_FOUND';
  if (!isMissing || process.env.GANYMEDE_TENSORFLOW) fail(notFound);
  else await install();
}

async function install() {
  const start = performance.now();
  reportStep('TensorFlow: installing its library (about 270 MB to download, 850 MB on disk)');
  const abort = new AbortController();
  process.once('SIGINT', () => abort.abort());
  process.once('SIGTERM', () => abort.abort());
  try {
    const { folder } = await installLibrary({ onProgress: progressReporter(), signal: abort.signal });
    reportStep(`TensorFlow: installed in ${folder} in ${secondsSince(start)}`);
  } catch (error) {
    fail(error);
  }
}

/** @param {unknown} error */
function fail(error) {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const hint = error instanceof Error && 'hint' in error && error.hint ? ` (${error.hint})` : '';
  reportStep(`TensorFlow: ${message}${hint}`);
  process.exitCode = name === 'AbortError' ? 130 : 1;
}
