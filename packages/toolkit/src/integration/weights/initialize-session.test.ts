import { readCheckpoint, type HostTensor } from '@ganymede/checkpoints';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConfigDocument, ResolvedConfig } from '@ganymede/config';
import type { SessionState, RunEvent } from '@ganymede/runs';
import { configOfWeights } from '@ganymede/importers';
import { resolveConfig, train } from '../../operations.js';

let folder: string;
let first: string;
const base = (data: readonly string[], rest: ConfigDocument = {}): ConfigDocument => ({
  backend: { use: 'wasm', threads: 1 },
  data: { use: 'shapes', count: 12, shapes: data },
  generator: { use: 'biggan', channels: 2, latentSize: 8, sharedSize: 3, attention: [] },
  discriminator: { use: 'biggan', channels: 2, attention: [] },
  batchSize: 2,
  steps: 2,
  ema: { decay: 0.5, start: 0 },
  sample: { every: 100, perClass: 1 },
  ...rest,
});
const configOf = async (document: ConfigDocument): Promise<ResolvedConfig> =>
  (await resolveConfig({ document })).config;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ganymede-init-'));
  first = join(folder, 'first');
  await train({
    config: await configOf(base(['circle', 'star', 'square'])),
    runFolder: first,
    resume: false,
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Begun {
  readonly notes: readonly string[];
  readonly files: Record<string, Record<string, HostTensor>>;
  readonly state: SessionState;
}

/** A run that begins with the first one's weights and stops before its first step. */
async function begin(name: string, config: ResolvedConfig): Promise<Begun> {
  const runFolder = join(folder, name);
  const notes: string[] = [];
  const onEvent = (event: RunEvent): void => {
    if (event.kind === 'note') notes.push(event.text);
  };
  await train({ config, runFolder, resume: false, signal: AbortSignal.abort(), onEvent });
  const { tensorFiles, state } = await readCheckpoint(join(runFolder, 'checkpoints/00000000'));
  return { notes, files: tensorFiles, state: state as SessionState };
}

const original = async (): Promise<Record<string, Record<string, HostTensor>>> =>
  (await readCheckpoint(join(first, 'checkpoints/00000002'))).tensorFiles;
const rows = (tensor: HostTensor): number[][] => {
  const size = tensor.shape[1]!;
  return Array.from({ length: tensor.shape[0]! }, (_, i) => [
    ...(tensor.data as Float32Array).slice(i * size, (i + 1) * size),
  ]);
};

test('other classes: rows by name, new rows, moments of what stays, the average too', async () => {
  const before = await original();
  const config = await configOf(base(['star', 'ring', 'circle', 'heart'], { init: first }));
  const { notes, files, state } = await begin('other', config);
  expect(notes).toContainEqual(
    "2 of the data's 4 classes are among the 3 of the weights, new are ring, heart",
  );
  expect(notes).toContainEqual(
    expect.stringMatching(/^discriminator: (\d+) of \1 weights taken, classes matched in embed\.weight$/),
  );
  for (const file of ['generator.safetensors', 'ema.safetensors']) {
    const [old, now] = [rows(before[file]!['shared.weight']!), rows(files[file]!['shared.weight']!)];
    expect([now[0], now[2]]).toEqual([old[1], old[0]]);
    expect(now[1]).not.toEqual(now[3]);
    expect(files[file]!['linear.weight']).toEqual(before[file]!['linear.weight']);
  }
  const [slots, slotsBefore] = [files, before].map((all) => all['discriminator-optimizer.safetensors']!);
  const [v, old] = [rows(slots!['v.embed.weight']!), rows(slotsBefore!['v.embed.weight']!)];
  expect([v[0], v[2]]).toEqual([old[1], old[0]]);
  expect(v[1]![0]).toBeCloseTo((old[0]![0]! + old[1]![0]! + old[2]![0]!) / 3, 8);
  expect(slots!['v.linear.weight']).toEqual(slotsBefore!['v.linear.weight']);
  const u = files['discriminator.safetensors']!['embed.u0']!;
  expect(u.shape).toEqual([1, 4]);
  expect(u.data[0]).toBe(before['discriminator.safetensors']!['embed.u0']!.data[1]);
  expect(state.trainer).toMatchObject({ step: 0, generatorUpdates: 2, discriminatorUpdates: 2 });
});

test('as many classes in another order', async () => {
  const before = await original();
  const { files } = await begin('order', await configOf(base(['square', 'star', 'circle'], { init: first })));
  const [old, now] = [before, files].map((all) => rows(all['generator.safetensors']!['shared.weight']!));
  expect(now).toEqual([old![2], old![1], old![0]]);
});

test('without a shared embedding the rows lie in every gain and bias', async () => {
  const generator = {
    use: 'biggan',
    channels: 2,
    latentSize: 4,
    sharedEmbedding: false,
    hierarchical: false,
    attention: [],
  };
  const runFolder = join(folder, 'unshared');
  await train({
    config: await configOf(base(['circle', 'star'], { generator, steps: 1 })),
    runFolder,
    resume: false,
  });
  const { tensorFiles } = await readCheckpoint(join(runFolder, 'checkpoints/00000001'));
  const config = await configOf(base(['ring', 'star', 'circle'], { generator, init: runFolder }));
  const { files, notes } = await begin('unshared-other', config);
  const name = 'blocks.1.0.bn2.gain.weight';
  const [old, now] = [tensorFiles, files].map((all) => rows(all['generator.safetensors']![name]!));
  expect([now![1], now![2]]).toEqual([old![1], old![0]]);
  expect(notes.join('\n')).toMatch(
    /generator: (\d+) of \1 weights taken, classes matched in blocks\.0\.0\.bn1\.bias\.weight/,
  );
});

test('what does not fit begins anew, and then the moments do', async () => {
  const discriminator = { use: 'biggan', channels: 3, attention: [] };
  const config = await configOf(base(['circle', 'star', 'square'], { init: first, discriminator }));
  const { notes, state } = await begin('wider', config);
  expect(notes.join('\n')).toMatch(/discriminator: \d of \d+ weights taken; anew begin blocks\.0\.0\.conv1/);
  expect(notes).toContainEqual(
    expect.stringMatching(/discriminator: the moments of its optimizer begin anew/),
  );
  expect(state.trainer).toMatchObject({ generatorUpdates: 2, discriminatorUpdates: 0 });
});

test('weights of which none fits are refused', async () => {
  const generator = { use: 'biggan-deep', channels: 4, attention: [], latentSize: 4, sharedSize: 4 };
  const config = await configOf(base(['circle'], { init: first, generator, channels: 1 }));
  await expect(train({ config, runFolder: join(folder, 'deep'), resume: false })).rejects.toMatchObject({
    code: 'WEIGHTS_MISMATCH',
    message: expect.stringMatching(
      /^generator: expected weights that fit the generator, got none, first shared\.weight/,
    ),
  });
});

test('frozen blocks stay, and a resumed run keeps them frozen', async () => {
  const document = base(['star', 'ring'], { init: first, freeze: { discriminatorBlocks: 2 }, steps: 1 });
  const runFolder = join(folder, 'frozen');
  await train({ config: await configOf(document), runFolder, resume: false });
  await train({ config: await configOf({ ...document, steps: 2 }), runFolder, resume: true });
  const before = (await original())['discriminator.safetensors']!;
  const { tensorFiles } = await readCheckpoint(join(runFolder, 'checkpoints/00000002'));
  const after = tensorFiles['discriminator.safetensors']!;
  for (const name of Object.keys(after).filter((one) => one.endsWith('conv1.weight'))) {
    const frozen = /^blocks\.[01]\./.test(name);
    expect({ name, same: after[name]!.data.join() === before[name]!.data.join() }).toEqual({
      name,
      same: frozen,
    });
  }
  const slots = Object.keys(tensorFiles['discriminator-optimizer.safetensors']!);
  expect(slots.some((slot) => slot.startsWith('v.blocks.1.'))).toBe(false);
  expect(slots.some((slot) => slot.startsWith('v.blocks.2.'))).toBe(true);
  const all = await configOf({ ...document, freeze: { discriminatorBlocks: 4 } });
  await expect(train({ config: all, runFolder: join(folder, 'all'), resume: false })).rejects.toMatchObject({
    code: 'FREEZE_TOO_MANY',
    message: 'freeze.discriminatorBlocks: expected fewer than the 4 blocks of the discriminator, got 4',
  });
});

test('the config of weights is that of their run, without what is its own', async () => {
  const { document, complete } = await configOfWeights(join(folder, 'frozen'));
  expect(complete).toBe(true);
  expect(document).not.toHaveProperty('init');
  expect(document).not.toHaveProperty('freeze');
  expect(document.generator).toMatchObject({ channels: 2, sharedSize: 3 });
});
