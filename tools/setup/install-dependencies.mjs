import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { reportStep, secondsSince } from './report-step.mjs';
import { root, runCommand, runScript } from './run-command.mjs';

/** @param {string} path */
function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/**
 * Whether node_modules holds what the lock file asks for. npm writes node_modules/.package-lock.json as the last act
 * of an install, so an interrupted one is seen as well. Optional packages of other platforms are absent by right.
 */
function isInstalled() {
  const installedLock = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(installedLock)) return false;
  const installed = readJson(installedLock).packages;
  return Object.entries(readJson(join(root, 'package-lock.json')).packages).every(([path, entry]) => {
    if (!path.startsWith('node_modules/') || entry.optional || entry.devOptional || entry.peer) return true;
    return entry.link ? existsSync(join(root, path)) : installed[path]?.version === entry.version;
  });
}

/** Installs the lock file's packages, unless they are there. Throws if npm fails. */
export async function installDependencies() {
  if (isInstalled()) {
    reportStep('npm packages: up to date');
    return;
  }
  reportStep('npm packages: installing (npm ci)');
  const start = performance.now();
  // Under `npm start` this is the npm that runs us; a bare `node tools/start.mjs` takes the one on the path.
  const npm = process.env.npm_execpath;
  const args = ['ci', '--loglevel=error', '--no-audit', '--no-fund'];
  const code = npm?.endsWith('.js') ? await runScript(npm, args) : await runCommand('npm', args);
  if (code !== 0) throw new Error(`npm ci: expected exit code 0, got ${code}`);
  reportStep(`npm packages: installed in ${secondsSince(start)}`);
}
