/**
 * Trains one run on two hosts (network namespaces) and disturbs it: a process is killed, paused, cut off, or lives and is stuck; or, where
 * the processes are started by hand at the same ports, is halted and woken after all began again.
 * Says how long it took until all began again, and whether the run ended with the weights of an undisturbed one.
 *
 *     node tools/worker-lab/faults.mjs [--rounds 3] [--faults killed,paused,cut,stuck,woken]
 *
 * Needs root and iproute2. Build first.
 */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { contentOf } from '../kill-lab/leftovers.mjs';
import { addressOf, makeHosts, setCable } from './hosts.mjs';
import { Lab, program, ranks } from './lab.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    faults: { type: 'string', default: 'killed,paused,cut,stuck,woken' },
  },
});
const lab = new Lab();

/**
 * @param {string} file
 * @param {readonly string[]} argv
 * @param {(event: any, at: number) => void} onEvent
 */
async function followed(file, argv, onEvent) {
  const child = spawn(file, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  /** @type {any} */
  let last = null;
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (!line.startsWith('{')) return;
    last = JSON.parse(line);
    onEvent(last, performance.now());
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  return { code, checkpoint: last?.checkpoint, last };
}

/**
 * @param {string} name
 * @param {number} stuckRank
 * @param {(event: any, at: number) => void} onEvent
 */
const train = (name, stuckRank, onEvent) =>
  followed(
    process.execPath,
    [program, ...lab.words(name, stuckRank), '--reach', 'ip netns exec {host} sh -c'],
    onEvent,
  );

/**
 * The processes of a run, each started by itself.
 * @param {string} name
 * @param {number} generation
 * @param {(event: any, at: number) => void} onEvent - of rank 0
 */
const trainByHand = (name, generation, onEvent) =>
  ranks.map((rank) =>
    followed(
      'ip',
      [
        ...['netns', 'exec', addressOf(rank), process.execPath, program, ...lab.words(name, 0), '--resume'],
        ...['--rank', String(rank), '--generation', String(generation)],
      ],
      rank === 0 ? onEvent : () => undefined,
    ),
  );

const seconds = (/** @type {number} */ since) => (performance.now() - since) / 1000;

/** A process is halted, the other ends by itself, both are started again, and then the halted one wakes. @param {string} name @param {number} rank @param {number} at */
async function wake(name, rank, at) {
  let began = 0;
  let halted = 0;
  let again = NaN;
  const old = trainByHand(name, 1, (event, now) => {
    if (event.kind !== 'step' || event.step < at || began > 0) return;
    began = now;
    halted = lab.processOf(name, rank);
    process.kill(halted, 'SIGSTOP');
  });
  const { last: other } = await /** @type {any} */ (old[1 - rank]);
  const since = began;
  const next = trainByHand(name, 2, (event) => {
    if (event.kind === 'step' && Number.isNaN(again)) again = seconds(since);
  });
  await new Promise((resolve) => setTimeout(resolve, 5000));
  process.kill(halted, 'SIGCONT');
  const { last: woken, code } = await /** @type {any} */ (old[rank]);
  const [leader] = await Promise.all(next);
  const said = `the other ended with ${other?.error?.code}, the woken one with ${woken?.error?.code}, exit code ${code}`;
  return { ...leader, again, said };
}

/** @type {Record<string, (name: string, rank: number) => void>} */
const faults = {
  killed: (name, rank) => process.kill(lab.processOf(name, rank), 'SIGKILL'),
  paused: (name, rank) => process.kill(lab.processOf(name, rank), 'SIGSTOP'),
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
      if (fault === 'stuck') writeFileSync(lab.stuckFile(name), '');
      let began = 0;
      let again = NaN;
      let said = '';
      const disturbed = () =>
        train(name, rank, (event, now) => {
          if (event.kind === 'step' && event.step >= at && began === 0) {
            began = now;
            faults[fault]?.(name, rank);
          }
          if (event.kind !== 'note' || !event.text.includes('start again')) return;
          again = (now - began) / 1000;
          said = event.text;
          setCable(rank, true);
        });
      const ended = fault === 'woken' ? await wake(name, rank, at) : { ...(await disturbed()), again, said };
      const { code, checkpoint, last } = ended;
      const isSame = code === 0 && contentOf(checkpoint) === expected;
      console.log(
        `${fault} rank ${rank} after step ${at}: again after ${ended.again.toFixed(1)} s; weights ${isSame ? 'the same' : `DIFFER (${code}, ${JSON.stringify(last)})`}; ${ended.said}`,
      );
    }
  }
} finally {
  removeHosts();
  lab.remove();
}
