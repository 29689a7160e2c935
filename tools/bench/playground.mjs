// What a playground costs a training of the same machine: images/s of the run with and without a page that asks for pictures without
// a pause, in turn.
//
//   node tools/bench/playground.mjs [--preset quickstart] [--set key=value ...] [--seconds 40] [--rounds 4] [--pause 0]
//
// Where other work makes the steps uneven, the processor time of both tells more: what pictures take of it, a training of two threads
// cannot have. It trains in a process of its own, serves its folder from another, and counts steps by the times in the run's events. `--pause`
// is milliseconds between two pictures: 0 is more than any visitor asks, for a slider that is dragged waits 60 ms where it rests.
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdtempSync,
  openSync,
  readSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startServed } from './training.mjs';

const { values } = parseArgs({
  options: {
    preset: { type: 'string', default: 'quickstart' },
    set: { type: 'string', multiple: true, default: [] },
    seconds: { type: 'string', default: '40' },
    rounds: { type: 'string', default: '4' },
    pause: { type: 'string', default: '0' },
    count: { type: 'string', default: '16' },
  },
});
const [seconds, rounds] = [Number(values.seconds), Number(values.rounds)];
const [pause, count] = [Number(values.pause), Number(values.count)];
const sleep = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));
const median = (/** @type {number[]} */ all) =>
  [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? NaN;

const folder = mkdtempSync(join(tmpdir(), 'playground-cost-'));
const sets = [
  'steps=1000000',
  'checkpoint.every=20',
  'checkpoint.keepLast=1000',
  'sample.every=1000000',
  'log.every=1',
  ...values.set,
];
const { run, training, serving, address } = await startServed({ folder, preset: values.preset, sets });
const { origin, hash } = new URL(address);
const headers = { authorization: `Bearer ${hash.slice('#token='.length)}` };
const post = (/** @type {string} */ what, /** @type {object} */ body) =>
  fetch(`${origin}/api/runs/run/playground/${what}`, { method: 'POST', headers, body: JSON.stringify(body) });

/** The last step that the run tells of; its log is long, so only its end is read. */
function progress() {
  if (!existsSync(join(run, 'events.jsonl'))) return null;
  const file = openSync(join(run, 'events.jsonl'), 'r');
  const end = Buffer.alloc(1 << 16);
  const { size } = fstatSync(file);
  const read = readSync(file, end, 0, end.length, Math.max(0, size - end.length));
  closeSync(file);
  const steps = [...end.toString('utf8', 0, read).matchAll(/"step":(\d+)/g)];
  return Number(steps.at(-1)?.[1] ?? 0);
}

/** Seconds of processor time that a process has had, and its children with the word in their command. @param {number} pid */
function cpuSeconds(pid, word = '') {
  let ticks = 0;
  for (const name of readdirSync('/proc').filter((one) => /^\d+$/.test(one)))
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const isWanted = word
        ? Number(fields[1]) === pid && readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(word)
        : Number(name) === pid;
      if (isWanted) ticks += Number(fields[11]) + Number(fields[12]);
    } catch {
      // It ended meanwhile.
    }
  return ticks / 100;
}

/** Steps a second over a while; `work` goes on meanwhile. @param {(isOver: () => boolean) => Promise<void>} work */
async function rate(work) {
  let isOver = false;
  const working = work(() => isOver);
  const waitForStep = async () => {
    const before = progress();
    while (progress() === before) await sleep(10);
    return { step: progress() ?? 0, at: performance.now() };
  };
  const from = await waitForStep();
  await sleep(seconds * 1000);
  const to = await waitForStep();
  isOver = true;
  await working;
  return ((to.step - from.step) * 1000) / (to.at - from.at);
}

try {
  while (!existsSync(join(run, 'checkpoints/00000020/manifest.json'))) await sleep(200);
  const wanted = { step: 20, weights: { kind: 'ema' } };
  const opening = performance.now();
  const about = /** @type {any} */ (await (await post('about', { client: 'bench', wanted })).json());
  if (about.error) throw new Error(JSON.stringify(about));
  const classes = about.classes;
  let seed = 0;
  const draw = async () => {
    const picture = {
      kind: 'grid',
      first: classes[0],
      second: classes[0],
      share: 0,
      truncation: null,
      seed: seed++,
      count,
    };
    const answer = await post('picture', { client: 'bench', wanted, picture });
    if (!answer.ok) throw new Error(await answer.text());
    await answer.arrayBuffer();
  };
  await draw();
  console.log(
    `first picture after ${((performance.now() - opening) / 1000).toFixed(1)} s, beside the training`,
  );
  const spent = () => [cpuSeconds(training.pid ?? 0), cpuSeconds(serving.pid ?? 0, 'playground-program')];
  const cpu = { training: 0, pictures: 0 };
  const [without, beside] = /** @type {[number[], number[]]} */ ([[], []]);
  for (let round = 0; round < rounds; round++) {
    without.push(await rate(async () => undefined));
    let pictures = 0;
    const times = /** @type {number[]} */ ([]);
    const before = spent();
    beside.push(
      await rate(async (isOver) => {
        while (!isOver()) {
          const start = performance.now();
          await draw();
          times.push(performance.now() - start);
          pictures++;
          await sleep(pause);
        }
      }),
    );
    const after = spent();
    cpu.training += (after[0] ?? 0) - (before[0] ?? 0);
    cpu.pictures += (after[1] ?? 0) - (before[1] ?? 0);
    console.log(
      `round ${round + 1}: ${without.at(-1)?.toFixed(3)} steps/s alone, ${beside.at(-1)?.toFixed(3)} beside ${pictures} pictures of ${count} (median ${median(times).toFixed(0)} ms)`,
    );
  }
  const [a, b] = [median(without), median(beside)];
  const mean = (/** @type {number[]} */ all) => all.reduce((x, y) => x + y, 0) / all.length;
  console.log(
    `processor time beside pictures: ${cpu.training.toFixed(1)} s of the training, ${cpu.pictures.toFixed(1)} s of pictures, ${((100 * cpu.pictures) / (cpu.training + cpu.pictures)).toFixed(1)} % of both`,
  );
  console.log(
    `medians ${a.toFixed(3)} and ${b.toFixed(3)} steps/s: ${(100 * (1 - b / a)).toFixed(1)} % slower`,
  );
  console.log(
    `means ${mean(without).toFixed(3)} and ${mean(beside).toFixed(3)} steps/s: ${(100 * (1 - mean(beside) / mean(without))).toFixed(1)} % slower`,
  );
} finally {
  training.kill('SIGKILL');
  serving.kill();
  await sleep(500);
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
}
process.exit(0);
