/** One small run on two hosts, for whoever disturbs it. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addressOf } from './hosts.mjs';

export const program = fileURLToPath(new URL('../../packages/cli/bin/run.js', import.meta.url));
const plugin = fileURLToPath(new URL('stuck-plugin.mjs', import.meta.url));
export const ranks = [0, 1];
const steps = 40;

/** One thread sums in one order, so that equal runs have equal weights. @param {string} file @param {number} rank */
const recipe = (file, rank) => ({
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
  checkpoint: { every: 5, keepLast: 2 },
  sample: { every: 1000, perClass: 1 },
  log: { every: 1 },
  stabilizers: [{ use: 'stuck', file, step: 20, rank }],
});

export class Lab {
  folder = mkdtempSync(join(tmpdir(), 'ganymede-worker-lab-'));

  /** The file while which is there a process is stuck. @param {string} name */
  stuckFile(name) {
    return join(this.folder, `${name}.stuck`);
  }

  /** The words of `ganymede` that train a run. @param {string} name @param {number} stuckRank */
  words(name, stuckRank) {
    const config = join(this.folder, `${name}.json`);
    writeFileSync(config, JSON.stringify(recipe(this.stuckFile(name), stuckRank)));
    const workers = ranks.map((rank) => `${addressOf(rank)}:2222`).join(',');
    const argv = [
      'train',
      '--config',
      config,
      '--plugin',
      plugin,
      '--run',
      join(this.folder, name),
      '--json',
    ];
    return [...argv, '--workers', workers];
  }

  /** @param {string} name @param {number} rank */
  processOf(name, rank) {
    for (const pid of readdirSync('/proc').filter((one) => /^\d+$/.test(one))) {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
        const own = words.includes('--rank') && words[words.indexOf('--rank') + 1] === String(rank);
        if (own && words.includes(join(this.folder, name)) && words[0] === process.execPath)
          return Number(pid);
      } catch {
        // It has ended meanwhile.
      }
    }
    throw new Error(`no process of rank ${rank}`);
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
