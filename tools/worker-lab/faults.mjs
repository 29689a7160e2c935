/**
 * Trains one run on two hosts (network namespaces) and disturbs it: a process is killed, paused, cut off, or lives and is stuck; or, where
 * the processes are started by hand at the same ports, is halted and woken after all began again.
 * Says how long it took until all began again, at which step, and whether the run ended with the weights of an undisturbed one.
 *
 *     node tools/worker-lab/faults.mjs [--rounds 3] [--faults killed,paused,cut,stuck,woken] [--delay 20] [--jitter 5] [--loss 0.01] [--lab 1]
 *
 * Needs root and iproute2. Build first.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { contentOf } from '../kill-lab/leftovers.mjs';
import { hostFlags, hostOptions } from './flags.mjs';
import { Hosts } from './hosts.mjs';
import { follow, Lab, program, ranks } from './lab.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    faults: { type: 'string', default: 'killed,paused,cut,stuck,woken' },
    ...hostFlags,
  },
});
const hosts = new Hosts({ count: ranks.length, ...hostOptions(values) });
const lab = new Lab(hosts);

/**
 * The processes of a run, each started by itself.
 * @param {string} name
 * @param {number} generation
 * @param {(event: any, at: number) => void} onEvent - of rank 0
 */
const trainByHand = (name, generation, onEvent) =>
  ranks.map((rank) =>
    follow(
      'ip',
      [
        ...['netns', 'exec', hosts.addressOf(rank), process.execPath, program, ...lab.words(name)],
        ...['--resume', '--rank', String(rank), '--generation', String(generation)],
      ],
      rank === 0 ? { onEvent } : {},
    ),
  );

const seconds = (/** @type {number} */ since) => (performance.now() - since) / 1000;

/** What is kept of a run's events: the newest checkpoint, and where it went on. */
class Progress {
  saved = 0;
  /** The step after which all began again had to be this one's next; null before. @type {{ promised: number, first: number | null } | null} */
  again = null;

  /** @param {any} event */
  hear(event) {
    if (event.kind === 'checkpoint') this.saved = Number(/(\d+)\D*$/.exec(event.path)?.[1]);
    if (event.kind === 'step' && this.again && this.again.first === null) this.again.first = event.step;
  }

  startAgain() {
    this.again = { promised: this.saved, first: null };
  }

  /** Whether the run went on where its newest checkpoint was, or later. */
  get isKept() {
    return this.again !== null && (this.again.first ?? 0) > this.again.promised;
  }
}

/**
 * A process is halted, the other ends by itself, both are started again, and then the halted one wakes.
 * @param {string} name @param {number} rank @param {number} at
 */
async function wake(name, rank, at) {
  let began = 0;
  let halted = 0;
  let again = NaN;
  const progress = new Progress();
  const old = trainByHand(name, 1, (event, now) => {
    progress.hear(event);
    if (event.kind !== 'step' || event.step < at || began > 0) return;
    began = now;
    halted = lab.processOf(name, rank);
    process.kill(halted, 'SIGSTOP');
  });
  const { last: other } = await /** @type {any} */ (old[1 - rank]);
  const since = began;
  progress.startAgain();
  const next = trainByHand(name, 2, (event) => {
    progress.hear(event);
    if (event.kind === 'step' && Number.isNaN(again)) again = seconds(since);
  });
  await new Promise((resolve) => setTimeout(resolve, 5000));
  process.kill(halted, 'SIGCONT');
  const { last: woken, code } = await /** @type {any} */ (old[rank]);
  const [leader] = await Promise.all(next);
  const said = `the other ended with ${other?.error?.code}, the woken one with ${woken?.error?.code}, exit code ${code}`;
  return { .../** @type {any} */ (leader), again, said, progress };
}

/** @type {Record<string, (name: string, rank: number) => void>} */
const faults = {
  killed: (name, rank) => process.kill(lab.processOf(name, rank), 'SIGKILL'),
  paused: (name, rank) => process.kill(lab.processOf(name, rank), 'SIGSTOP'),
  cut: (_, rank) => hosts.setCable(rank, false),
  stuck: () => undefined,
};

/** @param {string} fault @param {string} name @param {number} rank @param {number} at */
async function disturb(fault, name, rank, at) {
  if (fault === 'stuck') writeFileSync(lab.stuckFile(name), '');
  let began = 0;
  let again = NaN;
  let said = '';
  const progress = new Progress();
  const ended = await lab.train(
    name,
    {
      onEvent: (event, now) => {
        progress.hear(event);
        if (event.kind === 'step' && event.step >= at && began === 0) {
          began = now;
          faults[fault]?.(name, rank);
        }
        if (event.kind !== 'note' || !event.text.includes('start again')) return;
        again = (now - began) / 1000;
        said += `${said === '' ? '' : '; THEN '}${event.text}`;
        progress.startAgain();
        hosts.setCable(rank, true);
      },
    },
    rank,
  );
  return { ...ended, again, said, progress };
}

/** @param {string} fault @param {string} expected */
async function rounds(fault, expected) {
  const times = [];
  let same = 0;
  for (let round = 0; round < Number(values.rounds); round++) {
    const name = `${fault}-${round}`;
    const rank = round % ranks.length;
    const at = fault === 'stuck' ? 20 : 12 + ((round * 7) % 20);
    const ended = await (fault === 'woken' ? wake(name, rank, at) : disturb(fault, name, rank, at));
    const { code, checkpoint, last, progress } = ended;
    const isSame = code === 0 && contentOf(checkpoint) === expected && progress.isKept;
    times.push(ended.again);
    if (isSame) same++;
    const went = `checkpoint of step ${progress.again?.promised}, on with step ${progress.again?.first}`;
    console.log(
      `${fault} rank ${rank} after step ${at}: again after ${ended.again.toFixed(1)} s; ${went}; weights ${isSame ? 'the same' : `DIFFER (${code}, ${JSON.stringify(last)})`}; ${ended.said}`,
    );
  }
  const span = `${Math.min(...times).toFixed(1)} to ${Math.max(...times).toFixed(1)} s`;
  console.log(`${fault}: again after ${span}; the same in ${same} of ${times.length}`);
}

try {
  const undisturbed = await lab.train('undisturbed');
  if (undisturbed.code !== 0) throw new Error(JSON.stringify(undisturbed.last));
  for (const fault of values.faults.split(',')) await rounds(fault, contentOf(undisturbed.checkpoint));
  if (hosts.carried) console.log(`the wire: ${JSON.stringify(hosts.carried)}`);
} finally {
  await hosts.remove();
  lab.remove();
}
