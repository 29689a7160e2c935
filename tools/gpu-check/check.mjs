/**
 * Tries Ganymede on a machine with a GPU: devices, parity, speed beside BigGAN-PyTorch and pytorch-fid, a timed training with a kill and a
 * resume. Needs what pack.mjs packs, a PJRT plugin and, for the comparison, a Python with PyTorch. Results are written as
 * they come (OUT/results.jsonl, OUT/logs), so that a machine that goes away leaves what was measured so far.
 *
 * usage: check.mjs PLACE OUT [--limit 600] [--stages devices,parity,speed,features,train] [--train-seconds 300] [--python python3]
 *                            [--sizes cifar-50,cifar-512,imagenet128-256] [--prepare 150]
 *                            [--quick] [--preset cifar10] [--set key=value]...
 *
 * PLACE is where run.sh unpacks. --prepare is how long the programs of a size may compile. --quick is the rehearsal for a
 * processor: small networks, few steps.
 */
import { randomFillSync } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { eventsOf } from '../bench/training.mjs';
import { programsIn } from './programs.mjs';

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    limit: { type: 'string', default: '600' },
    stages: { type: 'string', default: 'devices,parity,speed,features,train' },
    'train-seconds': { type: 'string', default: '300' },
    python: { type: 'string', default: 'python3' },
    preset: { type: 'string', default: 'cifar10' },
    set: { type: 'string', multiple: true, default: [] },
    prepare: { type: 'string', default: '150' },
    sizes: { type: 'string', default: 'cifar-50,cifar-512,imagenet128-256' },
    quick: { type: 'boolean', default: false },
  },
});
const [place = '', out = ''] = positionals;
if (!place || !out) {
  console.error('usage: check.mjs PLACE OUT [--limit 600] [--stages devices,parity,speed,features,train]');
  process.exit(2);
}
const began = Date.now();
const elapsed = () => (Date.now() - began) / 1000;
const left = () => Number(flags.limit) - elapsed();
mkdirSync(join(out, 'logs'), { recursive: true });

/** @param {string} name @param {object} result */
function record(name, result) {
  const line = JSON.stringify({ at: Math.round(elapsed()), name, ...result });
  appendFileSync(join(out, 'results.jsonl'), `${line}\n`);
  console.log(line.length > 700 ? `${line.slice(0, 700)} ...` : line);
}

const { program, node, python, cli } = programsIn({ place, out, python: flags.python, left });

async function devices() {
  const smi = await program(
    'nvidia-smi',
    'nvidia-smi',
    ['--query-gpu=name,memory.total,driver_version', '--format=csv,noheader'],
    { timeout: 20 },
  );
  record('nvidia-smi', { said: smi.last });
  const found = await node('devices', 'tools/gpu-check/devices.mjs', [], { timeout: 60 });
  record('devices', { code: found.code, seconds: found.seconds, ...found.json });
  return found.code === 0;
}

async function parity() {
  const folder = join(place, 'parity');
  const fixtures = existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
  await Promise.all(
    fixtures.map(async (fixture) => {
      const name = `parity-${fixture.split('/').at(-1)}`;
      const { code, seconds, last } = await node(
        name,
        'tools/parity/index.js',
        [fixture, '--backend', 'pjrt'],
        { timeout: Math.min(left(), 240) },
      );
      record(name, { code, seconds, said: last });
    }),
  );
}

/** @type {(channels: number, batch: number, ...more: (string | number)[]) => string[]} */
const size = (channels, batch, ...more) => ['--channels', channels, '--batch', batch, ...more].map(String);
/** @type {Readonly<Record<string, string[]>>} */
const known = {
  'cifar-50': size(64, 50),
  'cifar-512': size(64, 512),
  'imagenet128-256': size(96, 256, '--large', '--resolution', 128, '--classes', 1000),
};
/** @param {string} name */
function knownSize(name) {
  const found = known[name];
  if (!found) throw new Error(`--sizes: expected some of ${Object.keys(known)}, got ${name}`);
  return found;
}

const sizes = flags.quick
  ? { 'tiny-4': size(8, 4) }
  : Object.fromEntries(flags.sizes.split(',').map((name) => [name, knownSize(name)]));
const steps = flags.quick ? ['--steps', '2', '--warmup', '1'] : ['--steps', '20', '--warmup', '4'];
const once = ['--steps', '1', '--warmup', '0'];
/** The most telling ones first. */
const ours = {
  bfloat16: ['--precision', 'bfloat16'],
  tf32: ['--precision', 'float32', '--products', 'fast'],
  float32: ['--precision', 'float32', '--products', 'exact'],
};
const theirs = {
  'bfloat16-compile': ['--bf16', '--compile'],
  'bfloat16-channels-last': ['--bf16', '--channels-last'],
  shipped: [],
  bfloat16: ['--bf16'],
  tf32: ['--tf32'],
};

/** @type {import('./programs.mjs').Named} */
const step = (name, args, options) =>
  node(name, 'tools/bench/step.mjs', ['--backend', 'pjrt', ...args], options);
const torchDevice = flags.quick ? 'cpu' : 'cuda';
/** @type {import('./programs.mjs').Named} */
const peer = (name, args, options) =>
  python(
    name,
    'tools/bench/biggan-pytorch.py',
    [join(place, 'biggan'), '--device', torchDevice, ...args],
    options,
  );

/**
 * One size after the other: its programs are compiled side by side first, and then timed one by one from the caches, so
 * that nothing else uses the GPU meanwhile. A program that did not compile in time is not timed.
 */
async function speed() {
  for (const [key, arguments_] of Object.entries(sizes)) {
    const variants = [
      ...Object.entries(ours).map(([mode, more]) => ({ run: step, program: 'ganymede', mode, more })),
      ...Object.entries(theirs).map(([mode, more]) => ({ run: peer, program: 'pytorch', mode, more })),
    ];
    const late = new Set();
    const compiled = variants.filter(
      ({ program, mode }) => program === 'ganymede' || mode.endsWith('compile'),
    );
    await Promise.all(
      compiled.map(async (variant) => {
        const name = `compile-${variant.program}-${key}-${variant.mode}`;
        const timeout = Math.min(left(), Number(flags.prepare));
        const { code, seconds, json } = await variant.run(name, [...arguments_, ...variant.more, ...once], {
          timeout,
        });
        record(name, { code, seconds, firstStepSeconds: json?.firstStepSeconds });
        if (code !== 0) late.add(variant);
      }),
    );
    for (const variant of variants.filter((one) => !late.has(one))) {
      if (left() < 15) return;
      const name = `${variant.program}-${key}-${variant.mode}`;
      const { code, seconds, json, last } = await variant.run(
        name,
        [...arguments_, ...variant.more, ...steps],
        {
          timeout: Math.min(left(), 90),
        },
      );
      record(name, { code, seconds, ...json, said: code === 0 ? undefined : last });
    }
  }
}

/** Inception's features of random images, ours and pytorch-fid's in turn, with the same made-up weights. */
async function features() {
  const [images, batch] = flags.quick ? [20, 10] : [5000, 250];
  const weights = join(out, 'inception.pth');
  const pixels = join(out, 'pixels');
  const size = ['--images', images, '--batch', batch].map(String);
  writeFileSync(pixels, randomFillSync(Buffer.alloc(images * 32 * 32 * 3)));
  /** @type {import('./programs.mjs').Named} */
  const inception = (name, args, options) =>
    node(
      name,
      'tools/bench/metrics.mjs',
      ['inception', '--backend', 'pjrt', '--pixels', pixels, ...size, ...args],
      options,
    );
  /** @type {import('./programs.mjs').Named} */
  const fid = (name, args, options) =>
    python(
      name,
      'tools/bench/pytorch-fid.py',
      [weights, pixels, ...size, '--device', torchDevice, ...args],
      options,
    );
  const made = ['--make-weights', weights];
  const programs = [
    { name: 'features-ganymede-float32', run: inception, args: [...made, '--precision', 'float32'] },
    { name: 'features-ganymede-bfloat16', run: inception, args: [...made, '--precision', 'bfloat16'] },
    { name: 'features-pytorch-shipped', run: fid, args: [] },
    { name: 'features-pytorch-bfloat16-channels-last', run: fid, args: ['--bf16', '--channels-last'] },
  ];
  for (const { name, run, args } of programs) {
    if (left() < 15) break;
    const { code, seconds, json, last } = await run(name, args, { timeout: Math.min(left(), 120) });
    record(name, { code, seconds, ...json, said: code === 0 ? undefined : last });
  }
  for (const file of [weights, pixels]) rmSync(file, { force: true });
}

/** Trains for a while, is killed without warning halfway, goes on, and is asked to end. */
async function train() {
  const images = join(place, 'images');
  const run = join(out, 'run');
  const seconds = Math.min(Number(flags['train-seconds']), left() - 110);
  const set = flags.set.flatMap((one) => ['--set', one]);
  const data = existsSync(images)
    ? ['--data', existsSync(join(images, 'train')) ? join(images, 'train') : images]
    : [];
  const args = [
    'train',
    '--preset',
    flags.preset,
    '--run',
    run,
    '--backend',
    'pjrt',
    ...data,
    ...set,
    '--json',
  ];
  const progress = () => {
    const events = eventsOf(run);
    return { events: events.length, last: events.findLast((event) => event.step !== undefined) };
  };
  const killed = await cli('train-killed', args, { timeout: seconds / 2, signal: 'SIGKILL' });
  record('train-killed', { code: killed.code, seconds: killed.seconds, said: killed.last, ...progress() });
  const resumed = await cli('train-resumed', [...args, '--resume'], {
    timeout: seconds / 2,
    signal: 'SIGINT',
    // The sheet of the end is a program of its own, which may have to be compiled.
    afterwards: 90,
  });
  record('train-resumed', {
    code: resumed.code,
    seconds: resumed.seconds,
    said: resumed.last,
    ...progress(),
  });
  const sampled = await cli(
    'sample',
    [
      'sample',
      run,
      '--backend',
      'pjrt',
      '--out',
      join(out, 'sampled'),
      '--per-class',
      '10',
      '--format',
      'sheet',
    ],
    { timeout: Math.min(60, Math.max(10, left())) },
  );
  record('sample', { code: sampled.code, seconds: sampled.seconds, said: sampled.last });
}

/** @type {Readonly<Record<string, () => Promise<unknown>>>} */
const stages = { devices, parity, speed, features, train };
for (const name of flags.stages.split(',')) {
  if (left() < 10) break;
  const stage = stages[name];
  if (!stage) throw new Error(`--stages: expected some of ${Object.keys(stages)}, got ${name}`);
  const going = await stage();
  if (name === 'devices' && !going) process.exitCode = 1;
  if (process.exitCode === 1) break;
}
record('end', { seconds: elapsed() });
