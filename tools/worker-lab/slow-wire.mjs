/**
 * The median step of the lab's run by what the wire between its two hosts does, and whether its weights are those of the run over a bridge.
 *
 *     node tools/worker-lab/slow-wire.mjs [--steps 20] [--wires '0 1 5 20 50 5/0/0.001 5/0/0.01'] [--lab 1]
 *
 * A wire is `delay/jitter/loss`, in ms and as a share; what is left out is 0. Needs root and iproute2. Build first.
 */
import { parseArgs } from 'node:util';
import { contentOf } from '../kill-lab/leftovers.mjs';
import { hostFlags, hostOptions } from './flags.mjs';
import { Hosts } from './hosts.mjs';
import { Lab, ranks } from './lab.mjs';

const { values } = parseArgs({
  options: {
    steps: { type: 'string', default: '20' },
    wires: { type: 'string', default: '0 1 5 20 50 5/0/0.001 5/0/0.01' },
    ...hostFlags,
  },
});

/** Steps before the first one that counts: they are compiled. */
const warmUp = 2;

/** @param {string | null} wire - null for a bridge */
async function measure(wire) {
  const [delay, jitter, loss] = wire === null ? [] : wire.split('/');
  const { lab: number, wire: options } = hostOptions({
    lab: values.lab,
    seed: values.seed,
    delay,
    jitter,
    loss,
  });
  const hosts = new Hosts({ count: ranks.length, lab: number, wire: options });
  const lab = new Lab(hosts, { steps: Number(values.steps) });
  /** @type {number[]} */
  const ends = [];
  /** @type {{ packets: number, lost: number, kilobytes: number }[]} */
  const carried = [];
  try {
    const { code, checkpoint, last } = await lab.train('slow', {
      onEvent: ({ kind, text }, now) => {
        if (kind === 'note' && /start again|^rank/.test(text)) console.log(text);
        if (kind !== 'step') return;
        ends.push(now);
        if (hosts.carried) carried.push(hosts.carried);
      },
    });
    if (code !== 0) throw new Error(`${wire}: ${code} ${JSON.stringify(last)}`);
    const times = ends.slice(1).map((end, i) => (end - (ends[i] ?? 0)) / 1000);
    const counted = times.slice(warmUp - 1).sort((a, b) => a - b);
    const at = (/** @type {number} */ share) => counted[Math.floor(share * (counted.length - 1))]?.toFixed(2);
    const [first, end] = [carried[warmUp - 1], carried.at(-1)];
    const each = (/** @type {'packets' | 'lost' | 'kilobytes'} */ of) =>
      first && end ? Math.round((end[of] - first[of]) / counted.length) : NaN;
    const load = first
      ? `; ${each('packets')} packets, ${each('kilobytes')} kB a step; lost ${end?.lost} in all`
      : '';
    return { content: contentOf(checkpoint), said: `median step ${at(0.5)} s (${at(0)} to ${at(1)})${load}` };
  } finally {
    await hosts.remove();
    lab.remove();
  }
}

const { content, said } = await measure(null);
console.log(`bridge: ${said}`);
for (const wire of values.wires.split(' ')) {
  const slow = await measure(wire);
  console.log(`${wire}: ${slow.said}; weights ${slow.content === content ? 'the same' : 'DIFFER'}`);
}
