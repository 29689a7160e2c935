import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The repository's root. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** nx starts no daemon, calls no cloud and draws no screen: a command ends when its work ends. */
const quietNx = { NX_DAEMON: 'false', NX_TUI: 'false', NX_NO_CLOUD: 'true' };

/**
 * Runs a command in the repository's root with its output shown (or kept back until it fails), and gives its exit
 * code. Ctrl-C reaches the command too, which ends on its own terms; this process waits for it.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ quiet?: boolean, env?: Record<string, string> }} [options] - quiet: print the output only on failure
 * @returns {Promise<number>}
 */
export function runCommand(command, args, { quiet = false, env = {} } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...quietNx, ...env },
    });
    /** @type {Buffer[]} */
    const kept = [];
    child.stdout?.on('data', (chunk) => kept.push(chunk));
    child.stderr?.on('data', (chunk) => kept.push(chunk));
    const ignore = () => {};
    process.on('SIGINT', ignore);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      process.off('SIGINT', ignore);
      const exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
      if (quiet && exitCode !== 0) process.stderr.write(Buffer.concat(kept));
      resolve(exitCode);
    });
  });
}

/**
 * Runs a JavaScript file of an installed package with this very Node.
 * @param {string} file
 * @param {readonly string[]} args
 * @param {Parameters<typeof runCommand>[2]} [options]
 */
export function runScript(file, args, options) {
  return runCommand(process.execPath, [file, ...args], options);
}
