import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSafetensors } from '@ganymede/checkpoints';
import type { ConfigDocument } from '@ganymede/config';
import type { SelectionFile } from '@ganymede/runs';
import { analyzeLogits, resolveConfig, selectImages, train, trainExtractor } from '../../operations.js';

const patience = 300_000;
const backend = { use: 'wasm', threads: 1 };
const data = { use: 'shapes', count: 60, shapes: ['circle', 'star'] };
const network = { use: 'biggan', channels: 2, attention: [] };
const recipe: ConfigDocument = {
  backend,
  data,
  heldOut: 10,
  generator: { ...network, latentSize: 4, hierarchical: false, sharedEmbedding: false },
  discriminator: network,
  steps: 8,
  batchSize: 4,
  sample: { every: 100, perClass: 2 },
  checkpoint: { every: 4, keepLast: 5 },
};

let folder: string;
let list: string;
let made: SelectionFile;
let extractor: { use: string; weights: string };
let cacheBefore: string | undefined;
const select = (changes: object = {}, out = join(folder, 'other.json')) =>
  selectImages({ data, share: 0.5, out, resolution: 32, extractor, backend, ...changes });

async function run(name: string, changes: ConfigDocument, resume = false): Promise<string> {
  const { config } = await resolveConfig({ document: { ...recipe, selection: list, ...changes } });
  return (await train({ config, runFolder: join(folder, name), resume })).runFolder;
}

const weightsOf = (of: string) =>
  readSafetensors(join(of, 'checkpoints', '00000008', 'discriminator.safetensors'));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'selection-'));
  cacheBefore = process.env['XDG_CACHE_HOME'];
  process.env['XDG_CACHE_HOME'] = join(folder, 'cache');
  const weights = join(folder, 'extractor.safetensors');
  const small = { steps: 12, batchSize: 8, width: 2, precision: 'float32' } as const;
  await trainExtractor({ data, resolution: 32, out: weights, backend, ...small });
  extractor = { use: 'trained-classifier', weights };
  list = join(folder, 'half.json');
  ({ selection: made } = await select({}, list));
}, patience);
afterAll(async () => {
  if (cacheBefore === undefined) delete process.env['XDG_CACHE_HOME'];
  else process.env['XDG_CACHE_HOME'] = cacheBefore;
  await rm(folder, { recursive: true });
});

test('the list has half of each class, and says how it was made', async () => {
  expect(JSON.parse(await readFile(list, 'utf8'))).toEqual(JSON.parse(JSON.stringify(made)));
  expect(made.groups).toEqual([
    { class: 'circle', images: 30, kept: 15, threshold: expect.any(Number) },
    { class: 'star', images: 30, kept: 15, threshold: expect.any(Number) },
  ]);
  expect(made.indices).toHaveLength(30);
  expect(made.manifest).toMatchObject({
    share: 0.5,
    within: 'class',
    regularization: 1e-5,
    resolution: '32',
    extractor: 'trained-classifier',
    weightsSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  // The same images, the same list; one Gaussian over all of them cuts elsewhere.
  expect((await select()).selection.indices).toEqual(made.indices);
  const overall = (await select({ within: 'data' })).selection;
  expect(overall.indices).toHaveLength(30);
  expect(overall.indices).not.toEqual(made.indices);
  expect(new Set(overall.groups.map(({ threshold }) => threshold)).size).toBe(1);
});

test(
  'training sees the selected images alone, and the same ones are held out',
  async () => {
    const selected = await run('selected', {});
    const plain = await run('plain', { selection: null });
    expect(await weightsOf(selected)).not.toEqual(await weightsOf(plain));
    const sizes = async (of: string) => {
      const { analysis } = await analyzeLogits({ run: of, samples: 8, out: join(folder, 'logits') });
      return analysis.conditions as Readonly<Record<string, unknown>>;
    };
    const [ours, theirs] = [await sizes(selected), await sizes(plain)];
    expect(ours['heldOutFingerprint']).toBe(theirs['heldOutFingerprint']);
    expect(ours['realFingerprint']).not.toBe(theirs['realFingerprint']);
  },
  patience,
);

test(
  'a run that is resumed goes on as one without a stop, with its list and no other',
  async () => {
    const whole = await run('whole', {});
    const stopped = await run('stopped', { steps: 4 });
    await cp(join(stopped, 'checkpoints', '00000004'), join(folder, 'kept'), { recursive: true });
    const { config } = await resolveConfig({ document: { ...recipe, selection: list } });
    await train({ config, runFolder: stopped, resume: true });
    expect(await weightsOf(stopped)).toEqual(await weightsOf(whole));
    const other = join(folder, 'quarter.json');
    await select({ share: 0.25 }, other);
    const again = await run('again', { steps: 4 });
    const resume = (selection: string | null) =>
      train({ config: { ...config, selection }, runFolder: again, resume: true });
    await expect(resume(other)).rejects.toMatchObject({ code: 'SELECTION_DIFFERS' });
    await expect(resume(null)).rejects.toMatchObject({ code: 'SELECTION_DIFFERS' });
  },
  patience,
);

test(
  'a list of other data, of another size of it, or that was changed is refused',
  async () => {
    await expect(run('data', { data: { ...data, count: 62 } })).rejects.toMatchObject({
      code: 'SELECTION_OF_OTHER_DATA',
    });
    await expect(run('size', { resolution: 16 })).rejects.toMatchObject({ code: 'SELECTION_OF_OTHER_DATA' });
    const changed = async (name: string, changes: object): Promise<string> => {
      const path = join(folder, `${name}.json`);
      await writeFile(path, JSON.stringify({ ...made, ...changes }));
      return path;
    };
    for (const [name, indices] of Object.entries({ late: [1, 60], twice: [3, 3], none: [] }))
      await expect(run(name, { selection: await changed(name, { indices }) })).rejects.toMatchObject({
        code: 'SELECTION_DAMAGED',
      });
    await expect(run('form', { selection: await changed('form', { indices: 'all' }) })).rejects.toMatchObject(
      {
        code: 'SELECTION_DAMAGED',
      },
    );
    const [only] = made.indices;
    await expect(
      run('class', { selection: await changed('class', { indices: [only] }), heldOut: 0 }),
    ).rejects.toMatchObject({ code: 'SELECTION_WITHOUT_CLASS' });
  },
  patience,
);

test.each([0, -1, 1.1, Number.NaN])('a share of %d is refused', async (share) => {
  await expect(select({ share })).rejects.toMatchObject({ code: 'BAD_SHARE' });
});
