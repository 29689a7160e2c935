import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';

/** @typedef {{ timeout?: number, signal?: NodeJS.Signals, afterwards?: number }} Limits seconds: to `signal`, on to SIGKILL */
/**
 * @typedef {object} Ended
 * @property {number | string | null} code - exit status; null: stopped; text: why it did not start
 * @property {number} seconds
 * @property {Record<string, unknown> | null} json - the last line of its output, where it is JSON
 * @property {string} last - that line
 */
/** @typedef {(name: string, args: readonly string[], limits?: Limits) => Promise<Ended>} Named */
/** @typedef {(name: string, file: string, args: readonly string[], limits?: Limits) => Promise<Ended>} Script */

/**
 * Programs that a check runs, each with its output in a log of its own, OUT/logs/NAME.log.
 * @param {{ place: string, out: string, python: string, left: () => number }} options
 */
export function programsIn({ place, out, python: interpreter, left }) {
  const ganymede = join(place, 'ganymede');

  /**
   * Runs a program within a time limit, its output in a log of its own.
   * @param {string} name - the log's
   * @param {string} command @param {readonly string[]} args @param {Limits} [limits]
   * @returns {Promise<Ended>}
   */
  function program(name, command, args, { timeout = left(), signal = 'SIGKILL', afterwards = 0 } = {}) {
    return new Promise((resolve) => {
      const start = Date.now();
      const log = createWriteStream(join(out, 'logs', `${name}.log`));
      const child = spawn(command, args, { cwd: place, stdio: ['ignore', 'pipe', 'pipe'] });
      let text = '';
      child.stdout.on('data', (data) => (text = (text + data).slice(-100_000)));
      child.stdout.pipe(log, { end: false });
      child.stderr.pipe(log, { end: false });
      const stop = setTimeout(() => child.kill(signal), Math.max(1, timeout) * 1000);
      const force = setTimeout(() => child.kill('SIGKILL'), (Math.max(1, timeout) + afterwards) * 1000);
      const done = (/** @type {Ended['code']} */ code) => {
        clearTimeout(stop);
        clearTimeout(force);
        log.end();
        const last = text.trim().split('\n').at(-1) ?? '';
        let json = null;
        try {
          json = JSON.parse(last);
        } catch {
          // Not a program that ends with JSON.
        }
        resolve({ code, seconds: (Date.now() - start) / 1000, json, last: last.slice(0, 300) });
      };
      child.on('error', (error) => done(String(error)));
      child.on('close', done);
    });
  }
  /** @type {Script} */
  const node = (name, file, args, options) =>
    program(name, process.execPath, [join(ganymede, file), ...args], options);
  /** @type {Script} */
  const python = (name, file, args, options) =>
    program(name, interpreter, [join(ganymede, file), ...args], options);
  /** @type {Named} */
  const cli = (name, args, options) => node(name, 'packages/cli/bin/run.js', args, options);
  return { program, node, python, cli };
}
