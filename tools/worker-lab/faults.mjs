/**
 * Trains one run on two hosts (network namespaces) and disturbs it: a process is killed, paused, cut off, or lives and is stuck.
 * Says how long it took until all began again, and whether the run ended with the weights of an undisturbed one.
 *
 *     node tools/worker-lab/faults.mjs [--rounds 3] [--faults killed,paused,cut,stuck]
 *
 * Needs root and iproute2. Build first.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { contentOf } from '../kill-lab/leftovers.mjs';
import { addressOf, makeHosts, setCable } from './hosts.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    faults: { type: 'string', default: 'killed,paused,cut,stuck' },
  },
});
const program = fileURLToPath(new URL('../../packages/cli/bin/run.js', import.meta.url));
const plugin = fileURLToPath(new URL('stuck-plugin.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'ganymede-worker-lab-'));
const ranks = [0, 1];
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

/**
 * @param {string} name
 * @param {number} stuckRank
 * @param {(event: any, at: number) => void} onEvent
 */
async function train(name, stuckRank, onEvent) {
  const config = join(folder, `${name}.json`);
  writeFileSync(config, JSON.stringify(recipe(join(folder, `${name}.stuck`), stuckRank)));
  const workers = ranks.map((rank) => `${addressOf(rank)}:2222`).join(',');
  const argv = ['train', '--config', config, '--plugin', plugin, '--run', join(folder, name), '--json'];
  const words = [...argv, '--workers', workers, '--reach', 'ip netns exec {host} sh -c'];
  const child = spawn(process.execPath, [program, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  /** @type {any} */
  let last = null;
  createInterface({ input: child.stdout }).on('line', (line) => {
    last = JSON.parse(line);
    onEvent(last, performance.now());
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  return { code, checkpoint: last?.checkpoint, last };
}

/** @param {string} name @param {number} rank */
function processOf(name, rank) {
  for (const pid of readdirSync('/proc').filter((one) => /^\d+$/.test(one))) {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      const own = words.includes('--rank') && words[words.indexOf('--rank') + 1] === String(rank);
      if (own && words.includes(join(folder, name)) && words[0] === process.execPath) return Number(pid);
    } catch {
      // It has ended meanwhile.
    }
  }
  throw new Error(`no process of rank ${rank}`);
}

/** @type {Record<string, (name: string, rank: number) => void>} */
const faults = {
  killed: (name, rank) => process.kill(processOf(name, rank), 'SIGKILL'),
  paused: (name, rank) => process.kill(processOf(name, rank), 'SIGSTOP'),
  cut: (_, rank) => setCable(rank, false),
  stuck: () => undefined,
};

const removeHosts = makeHosts(ranks.length);
try {
  const undisturbed = await train('undisturbed', 0, () => undefined);
  if (undisturbed.code !== 0) throw new Error(JSON.stringify(undisturbed.last));
  const expected = contentOf(undisturbed.checkpoint);
  for (const fault of values.faults.split(',')) {
    for (let round = 0; round < Number(values.rounds); round++) {
      const name = `${fault}-${round}`;
      const rank = round % ranks.length;
      const at = fault === 'stuck' ? 20 : 12 + ((round * 7) % 20);
      if (fault === 'stuck') writeFileSync(join(folder, `${name}.stuck`), '');
      let began = 0;
      let seconds = NaN;
      let said = '';
      const { code, checkpoint, last } = await train(name, rank, (event, now) => {
        if (event.kind === 'step' && event.step >= at && began === 0) {
          began = now;
          faults[fault]?.(name, rank);
        }
        if (event.kind !== 'note' || !event.text.includes('start again')) return;
        seconds = (now - began) / 1000;
        said = event.text;
        setCable(rank, true);
      });
      const isSame = code === 0 && contentOf(checkpoint) === expected;
      console.log(
        `${fault} rank ${rank} after step ${at}: again after ${seconds.toFixed(1)} s; weights ${isSame ? 'the same' : `DIFFER (${code}, ${JSON.stringify(last)})`}; ${said}`,
      );
    }
  }
} finally {
  removeHosts();
  rmSync(folder, { recursive: true, force: true });
}
