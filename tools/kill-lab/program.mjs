import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../packages/cli/bin/run.js', import.meta.url));

/**
 * When a program is killed with SIGKILL: so long after its start, or after a checkpoint of the run `writing` begins to be
 * written.
 * @typedef {{ milliseconds: number, writing: string | null }} Kill
 */
/**
 * @typedef {object} Ended
 * @property {number | null} code - the exit code; null when killed
 * @property {boolean} killed
 * @property {{ kind: string, path: string }[]} lines - of JSON on stdout; only what is about a file has a path
 * @property {string} stdout
 * @property {string} stderr
 * @property {number} seconds
 */

/**
 * Runs the built `ganymede` in a folder of its own, with caches below it.
 * @param {string} folder
 * @param {readonly string[]} args
 * @param {Kill | null} [killAfter]
 * @returns {Promise<Ended>}
 */
export function ganymede(folder, args, killAfter = null) {
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    const env = { ...process.env, XDG_CACHE_HOME: `${folder}/cache` };
    const child = spawn(process.execPath, [program, ...args], {
      cwd: folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    /** @type {NodeJS.Timeout | undefined} */
    let timer;
    const arm = () => (timer ??= setTimeout(() => child.kill('SIGKILL'), killAfter?.milliseconds));
    if (killAfter && !killAfter.writing) arm();
    const checkpoints = join(folder, killAfter?.writing ?? '', 'checkpoints');
    // A kill before this one has left such a folder, too.
    const writing = () =>
      existsSync(checkpoints) ? readdirSync(checkpoints).filter((name) => name.startsWith('.writing-')) : [];
    const inodeOf = (/** @type {string} */ name) =>
      statSync(join(checkpoints, name), { throwIfNoEntry: false })?.ino;
    const old = writing().map(inodeOf);
    const isWriting = () => writing().some((name) => !old.includes(inodeOf(name)));
    const watch = killAfter?.writing ? setInterval(() => isWriting() && arm(), 1) : undefined;
    child.stdout.setEncoding('utf8').on('data', (chunk) => (stdout += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk) => (stderr += chunk));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      clearInterval(watch);
      const seconds = (performance.now() - begun) / 1000;
      resolve({ code, killed: signal === 'SIGKILL', lines: linesOf(stdout), stdout, stderr, seconds });
    });
  });
}

/**
 * As `ganymede`, without a kill; throws with what was printed unless it ends well.
 * @param {string} folder
 * @param {readonly string[]} args
 */
export async function succeed(folder, args) {
  const ended = await ganymede(folder, args);
  if (ended.code !== 0)
    throw new Error(`ganymede ${args.join(' ')}: exit code ${ended.code}\n${ended.stdout}\n${ended.stderr}`);
  return ended;
}

/**
 * Whole lines of JSON; a killed program may have printed half a line.
 * @param {string} stdout
 * @returns {Ended['lines']}
 */
function linesOf(stdout) {
  return stdout
    .split('\n')
    .slice(0, -1)
    .filter((line) => line.startsWith('{'))
    .flatMap((line) => {
      try {
        return [JSON.parse(line)];
      } catch {
        return [];
      }
    });
}
