/**
 * Trains one run on two hosts that are reached by a real ssh, with the launcher's own `ssh {host}`, and disturbs it. The launcher is on the
 * first host.
 *
 *     node tools/worker-lab/ssh.mjs [--cases end,killed,paused,stop,gone,refused,silent,unknown] [--delay 5] [--loss 0.001] [--lab 1]
 *
 * Needs root, iproute2 and openssh-server. Build first.
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { contentOf } from '../kill-lab/leftovers.mjs';
import { hostFlags, hostOptions } from './flags.mjs';
import { Hosts } from './hosts.mjs';
import { follow, Lab, program, ranks } from './lab.mjs';
import { SshHosts } from './ssh-hosts.mjs';

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: 'end,killed,paused,stop,gone,refused,silent,unknown' },
    ...hostFlags,
  },
});
const hosts = new Hosts({ count: ranks.length, ...hostOptions(values) });
const lab = new Lab(hosts);
const ssh = new SshHosts(hosts);

/** @param {string} name @param {import('./lab.mjs').Following} [options] @param {readonly string[]} [more] */
function train(name, options, more = []) {
  const words = ['netns', 'exec', hosts.addressOf(0), process.execPath, program, ...lab.words(name), ...more];
  return follow('ip', words, { env: ssh.env, ...options });
}

/** What is done to the run once it is after a step. @param {string} name @param {(child: import('node:child_process').ChildProcess) => void} act */
async function disturbed(name, act) {
  let began = 0;
  let said = '';
  /** @type {import('node:child_process').ChildProcess} */
  let child;
  const ended = await train(name, {
    detached: true,
    onStart: (one) => (child = one),
    onEvent: (event, now) => {
      if (event.kind === 'step' && event.step >= 13 && began === 0) {
        began = now;
        act(child);
      }
      if (event.kind === 'note' && began > 0)
        said += `; after ${((now - began) / 1000).toFixed(1)} s: ${event.text}`;
    },
  });
  return { ...ended, said, seconds: (performance.now() - began) / 1000 };
}

/** @param {any} ended @param {string} expected */
const toTheEnd = ({ code, checkpoint, last }, expected) =>
  code === 0 && contentOf(checkpoint) === expected
    ? 'weights the same'
    : `NOT THE SAME (${code}, ${JSON.stringify(last)})`;

/** A start that cannot succeed. @param {string} name @param {readonly string[]} [more] */
async function refused(name, more) {
  const began = performance.now();
  const { code, last } = await train(name, {}, more);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  return `ended after ${seconds} s with code ${code}: ${last?.error?.code}: ${last?.error?.message}`;
}

/** @type {Record<string, (expected: string) => Promise<string>>} */
const cases = {
  end: async (expected) => toTheEnd(await train('end'), expected),
  killed: async (expected) => {
    const ended = await disturbed('killed', () => process.kill(lab.processOf('killed', 1), 'SIGKILL'));
    return toTheEnd(ended, expected) + ended.said;
  },
  paused: async (expected) => {
    const ended = await disturbed('paused', () => process.kill(lab.processOf('paused', 0), 'SIGSTOP'));
    return toTheEnd(ended, expected) + ended.said;
  },
  stop: async (expected) => {
    // As a terminal does: to the launcher and to each ssh.
    const { code, last, seconds } = await disturbed('stop', (child) =>
      process.kill(-(child.pid ?? NaN), 'SIGINT'),
    );
    const again = await train('stop', {}, ['--resume']);
    return `ended after ${seconds.toFixed(1)} s with code ${code} after step ${last?.step}; resumed: ${toTheEnd(again, expected)}`;
  },
  gone: async () => {
    await disturbed('gone', (child) => child.kill('SIGKILL'));
    const began = performance.now();
    while (ranks.some((rank) => isThere('gone', rank)))
      await new Promise((resolve) => setTimeout(resolve, 100));
    return `both processes had ended ${((performance.now() - began) / 1000).toFixed(1)} s after the launcher was killed`;
  },
  refused: async () => {
    await ssh.stop(1);
    const said = await refused('refused');
    await ssh.start(1);
    return said;
  },
  silent: async () => {
    hosts.setCable(1, false);
    const said = await refused('silent');
    hosts.setCable(1, true);
    return said;
  },
  unknown: () => refused('unknown', ['--reach', 'ssh -o BatchMode=yes -o PubkeyAuthentication=no {host}']),
};

/** @param {string} name @param {number} rank */
function isThere(name, rank) {
  try {
    return lab.processOf(name, rank) > 0;
  } catch {
    return false;
  }
}

try {
  for (const rank of ranks) await ssh.start(rank);
  const version = spawnSync('ssh', ['-V'], { encoding: 'utf8' }).stderr.trim();
  console.log(version);
  const undisturbed = await lab.train('undisturbed');
  if (undisturbed.code !== 0) throw new Error(JSON.stringify(undisturbed.last));
  const expected = contentOf(undisturbed.checkpoint);
  for (const name of values.cases.split(',')) console.log(`${name}: ${await cases[name]?.(expected)}`);
} finally {
  await ssh.remove();
  await hosts.remove();
  lab.remove();
}
