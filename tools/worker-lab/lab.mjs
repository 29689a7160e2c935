/** One small run on two hosts, for whoever disturbs it. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const program = fileURLToPath(new URL('../../packages/cli/bin/run.js', import.meta.url));
const plugin = fileURLToPath(new URL('stuck-plugin.mjs', import.meta.url));
export const ranks = [0, 1];
/** Steps between two checkpoints. */
export const savedEvery = 5;

/**
 * One thread sums in one order, so that equal runs have equal weights.
 * @param {number} steps
 * @param {readonly object[]} [stabilizers]
 */
export const recipe = (steps, stabilizers = []) => ({
  seed: 1,
  data: { use: 'shapes', count: 64, shapes: ['circle', 'star'] },
  resolution: 32,
  generator: {
    use: 'biggan',
    channels: 4,
    latentSize: 8,
    attention: [],
    hierarchical: false,
    sharedEmbedding: false,
  },
  discriminator: { use: 'biggan', channels: 4, attention: [] },
  backend: { use: 'tensorflow', threads: 1 },
  precision: 'float32',
  steps,
  batchSize: 8,
  checkpoint: { every: savedEvery, keepLast: 2 },
  sample: { every: 1000, perClass: 1 },
  log: { every: 1 },
  stabilizers,
});

export class Lab {
  folder = mkdtempSync(join(tmpdir(), 'ganymede-worker-lab-'));

  /** @param {import('./hosts.mjs').Hosts} hosts @param {{ steps?: number }} [options] */
  constructor(hosts, { steps = 40 } = {}) {
    this.hosts = hosts;
    this.steps = steps;
  }

  /** The file while which is there a process is stuck. @param {string} name */
  stuckFile(name) {
    return join(this.folder, `${name}.stuck`);
  }

  /** The words of `ganymede` that train a run. @param {string} name @param {number} [stuckRank] */
  words(name, stuckRank = 0) {
    const config = join(this.folder, `${name}.json`);
    const stuck = { use: 'stuck', step: 20, file: this.stuckFile(name), rank: stuckRank };
    writeFileSync(config, JSON.stringify(recipe(this.steps, [stuck])));
    const workers = ranks.map((rank) => `${this.hosts.addressOf(rank)}:2222`).join(',');
    const run = ['--run', join(this.folder, name), '--json', '--workers', workers];
    return ['train', '--config', config, '--plugin', plugin, ...run];
  }

  /** A run whose processes a launcher outside of the hosts starts. @param {string} name @param {Following} [options] @param {number} [stuckRank] */
  train(name, options, stuckRank) {
    const reach = ['--reach', 'ip netns exec {host} sh -c'];
    return follow(process.execPath, [program, ...this.words(name, stuckRank), ...reach], options);
  }

  /** @param {string} name @param {number} rank */
  processOf(name, rank) {
    for (const pid of readdirSync('/proc').filter((one) => /^\d+$/.test(one))) {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
        const own = words.includes('--rank') && words[words.indexOf('--rank') + 1] === String(rank);
        if (own && words[0] === process.execPath && this.#isOf(name, pid, words)) return Number(pid);
      } catch {
        // It has ended meanwhile.
      }
    }
    throw new Error(`no process of rank ${rank}`);
  }

  /** Whether a process is of a run, which its words name, or in whose folder it is. @param {string} name @param {string} pid @param {readonly string[]} words */
  #isOf(name, pid, words) {
    const folder = join(this.folder, name);
    return words.includes(folder) || readlinkSync(`/proc/${pid}/cwd`) === folder;
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/**
 * @typedef {object} Following
 * @property {(event: any, at: number) => void} [onEvent] - at a time in ms
 * @property {(child: import('node:child_process').ChildProcess) => void} [onStart]
 * @property {number} [seconds] - after which it is ended, as one that hangs
 * @property {boolean} [detached] - has a process group of its own
 * @property {Readonly<Record<string, string | undefined>>} [env]
 */

/**
 * A program that prints events, until its end.
 * @param {string} file
 * @param {readonly string[]} argv
 * @param {Following} [options]
 */
export async function follow(file, argv, options = {}) {
  const { onEvent = () => undefined, onStart = () => undefined, seconds = 900 } = options;
  const { detached = false, env = process.env } = options;
  const child = spawn(file, argv, { stdio: ['ignore', 'pipe', 'inherit'], detached, env });
  onStart(child);
  let hangs = false;
  const patience = setTimeout(() => {
    hangs = true;
    child.kill('SIGKILL');
  }, seconds * 1000);
  /** @type {any} */
  let last = null;
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (!line.startsWith('{')) return;
    last = JSON.parse(line);
    onEvent(last, performance.now());
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  clearTimeout(patience);
  return { code: hangs ? 'none: it hangs' : code, checkpoint: last?.checkpoint, last };
}
