import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { contentOf, contentOfRun, wrongWithRun } from './leftovers.mjs';
import { ganymede, succeed } from './program.mjs';

/** @typedef {import('./program.mjs').Ended} Ended */
/** @typedef {import('./program.mjs').Kill} Kill */
/**
 * A kind of work that is killed. Functions take the folder of the lab; results are compared as text.
 * @typedef {object} Kind
 * @property {string} name
 * @property {string} what
 * @property {{ run: string, milliseconds: number } | null} [writing] - kills so long after a checkpoint of the run begins
 * @property {(folder: string) => Promise<{ seconds: number, result: string }>} undisturbed
 * @property {(folder: string, kill: Kill) => Promise<Ended>} attempt
 * @property {(folder: string, ended: Ended) => Promise<string | null>} wrongAfterKill - in words; null for nothing
 * @property {(folder: string) => Promise<string>} finished - the result of an attempt that came to its end
 * @property {(folder: string) => Promise<string>} next - the result of the same command, typed again after a kill
 * @property {boolean} everyTime - it comes to its end after every kill, not after the last alone
 */

/** A recipe of seconds; one thread sums in one order, so that equal runs have equal weights. */
export const recipe = {
  seed: 1,
  data: { use: 'shapes', count: 16, shapes: ['circle', 'star'] },
  resolution: 32,
  generator: {
    use: 'biggan',
    channels: 2,
    latentSize: 4,
    attention: [],
    hierarchical: false,
    sharedEmbedding: false,
  },
  discriminator: { use: 'biggan', channels: 2, attention: [] },
  steps: 12,
  batchSize: 2,
  ema: { decay: 0.9, start: 2 },
  checkpoint: { every: 4, keepLast: 2 },
  sample: { every: 3, perClass: 1 },
  log: { every: 1 },
  reporters: [{ use: 'csv' }, { use: 'tensorboard' }],
};

const engine = ['--backend', 'wasm'];
const measured = [
  '--metrics',
  'fid',
  '--extractor',
  'trained-classifier',
  '--weights',
  'extractor.safetensors',
];

/** What all kinds need: an extractor, a finished run, and its weights. @param {string} folder */
export async function prepare(folder) {
  const extractor = [
    '--data',
    'shapes',
    '--resolution',
    '32',
    '--out',
    'extractor.safetensors',
    '--steps',
    '2',
    '--width',
    '1',
    '--batch-size',
    '4',
  ];
  await succeed(folder, ['data', 'extractor', 'train', ...extractor, ...engine]);
  await succeed(folder, ['train', '--config', 'recipe.json', '--run', 'base', '--steps', '6', ...engine]);
  await succeed(folder, ['export', 'base', '--to', 'safetensors', '--out', 'weights']);
}

/** @param {string} run @param {readonly string[]} more */
const training = (run, more) =>
  ['train', '--config', 'recipe.json', '--run', run, '--resume', '--json', ...engine].concat(more);

/**
 * Trains one run that is killed again and again; the same command goes on with it.
 * @param {string} name
 * @param {string} what
 * @param {readonly string[]} more - options of the command
 * @param {NonNullable<Kind['writing']> | null} writing
 * @returns {Kind}
 */
function trainingKind(name, what, more, writing) {
  const saved = (/** @type {Ended} */ { lines }) =>
    Math.max(-1, ...lines.filter(({ kind }) => kind === 'checkpoint').map(stepOfPath));
  let promised = -1;
  return {
    name,
    what,
    writing,
    async undisturbed(folder) {
      const { seconds } = await succeed(folder, training(`${name}-straight`, more));
      return { seconds, result: await contentOfRun(join(folder, `${name}-straight`)) };
    },
    attempt: (folder, kill) => ganymede(folder, training(`${name}-killed`, more), kill),
    async wrongAfterKill(folder, ended) {
      promised = Math.max(promised, saved(ended));
      return wrongWithRun(join(folder, `${name}-killed`), promised);
    },
    /** A run that came to its end begins anew, if its end is that of the undisturbed one. */
    async finished(folder) {
      const run = join(folder, `${name}-killed`);
      const result = await contentOfRun(run);
      promised = -1;
      rmSync(run, { recursive: true });
      return result;
    },
    async next(folder) {
      await succeed(folder, training(`${name}-killed`, more));
      return contentOfRun(join(folder, `${name}-killed`));
    },
    everyTime: false,
  };
}

const stepOfPath = (/** @type {{ path: string }} */ { path }) => Number(path.split('/').at(-1));

/**
 * A command whose result is a file or folder, and which is typed again after each kill.
 * @param {string} name
 * @param {string} what
 * @param {readonly string[]} args
 * @param {string} place - of the result, in the folder
 * @param {(path: string) => string} resultOf
 * @param {(folder: string) => void} begin
 * @returns {Kind}
 */
function resultKind(name, what, args, place, resultOf, begin) {
  const whole = (/** @type {string} */ folder) => resultOf(join(folder, place));
  return {
    name,
    what,
    async undisturbed(folder) {
      begin(folder);
      const { seconds } = await succeed(folder, args);
      return { seconds, result: whole(folder) };
    },
    attempt(folder, kill) {
      begin(folder);
      return ganymede(folder, args, kill);
    },
    wrongAfterKill: async () => null,
    finished: async (folder) => whole(folder),
    async next(folder) {
      // Killed after its last act: it is done, and is not written over.
      if (existsSync(join(folder, place)) && name !== 'evaluation') return whole(folder);
      await succeed(folder, args);
      return whole(folder);
    },
    everyTime: true,
  };
}

const removed =
  (/** @type {string[]} */ ...paths) =>
  (/** @type {string} */ folder) => {
    for (const path of paths) rmSync(join(folder, path), { recursive: true, force: true });
  };

/** Numbers of a JSON file, those of time left out. @param {string} path */
const numbersOf = (path) => {
  /** @type {{ rows: { cell: unknown, values: unknown, done: unknown }[], numbers?: unknown }} */
  const { rows, numbers } = JSON.parse(readFileSync(path, 'utf8'));
  return JSON.stringify(numbers ?? rows.map(({ cell, values, done }) => [cell, values, done]));
};

const sweep = [
  'sweep',
  '--config',
  'recipe.json',
  '--grid',
  'batchSize=2,3',
  '--steps',
  '2',
  '--no-estimate',
];

/** @returns {Kind} */
function sweepKind() {
  const args = (/** @type {string} */ out) => [
    ...sweep,
    '--out',
    out,
    '--json',
    ...engine,
    ...measured,
    '--samples',
    '16',
  ];
  return {
    name: 'sweep',
    what: 'a sweep of two runs that are trained and measured; the same command goes on',
    async undisturbed(folder) {
      const { seconds } = await succeed(folder, args('sweep-straight'));
      return { seconds, result: numbersOf(join(folder, 'sweep-straight/results.json')) };
    },
    attempt: (folder, kill) => ganymede(folder, args('sweep-killed'), kill),
    wrongAfterKill: async () => null,
    async finished(folder) {
      const result = numbersOf(join(folder, 'sweep-killed/results.json'));
      rmSync(join(folder, 'sweep-killed'), { recursive: true });
      return result;
    },
    async next(folder) {
      await succeed(folder, args('sweep-killed'));
      return numbersOf(join(folder, 'sweep-killed/results.json'));
    },
    everyTime: false,
  };
}

const firstEvaluation = (/** @type {string} */ run) => {
  const path = join(run, 'evaluations');
  const [name] = readdirSync(path).filter((file) => file.endsWith('.json'));
  if (name === undefined) throw new Error(`${path}: expected an evaluation, got none`);
  return numbersOf(join(path, name));
};

export const kinds = [
  trainingKind('training', 'one run, killed from its start to its end; the same command goes on', [], null),
  trainingKind(
    'checkpoint',
    'one run that saves every step, killed within 40 ms of the begin of a checkpoint',
    ['--set', 'checkpoint.every=1', '--set', 'sample.every=1'],
    { run: 'checkpoint-killed', milliseconds: 40 },
  ),
  resultKind(
    'evaluation',
    'FID of 32 images, with an empty cache of the reference',
    ['evaluate', 'base', '--samples', '32', ...measured, ...engine],
    'base',
    firstEvaluation,
    removed('base/evaluations', 'cache/ganymede/references'),
  ),
  resultKind(
    'import',
    'weights into a new run',
    ['import', 'weights', '--out', 'imported', ...engine],
    'imported',
    (run) => contentOf(join(run, 'checkpoints/00000006')),
    removed('imported'),
  ),
  resultKind(
    'export',
    'a run into a new folder',
    ['export', 'base', '--to', 'biggan-pytorch', '--out', 'exported'],
    'exported',
    (path) => contentOf(path, /./),
    removed('exported'),
  ),
  sweepKind(),
];
