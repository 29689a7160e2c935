import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCheckpoint, RunFolder, type HostTensor, type HostTensors } from '@ganymede/checkpoints';
import { readResolvedConfig, runConfigSchema } from '@ganymede/config';
import { RandomStream } from '@ganymede/core';
import { readEmaSnapshot } from '@ganymede/runs';
import { gammaOf, powerFunctionRate } from '@ganymede/trainer';
import { innerProduct } from './profile.js';
import { rebuildAverages, type RebuildOptions } from './rebuild-averages.js';

const folder = mkdtempSync(join(tmpdir(), 'ganymede-averages-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const size = 1000;
const steps = 800;
const every = 40;
const tracked = [0.05, 0.1];
const others = [0.03, 0.07, 0.15, 0.2];

const tensorsOf = (values: Float64Array): HostTensors => ({
  kernel: { dtype: 'F32', shape: [size / 4, 4], data: Float32Array.from(values) },
  'norm.variance': { dtype: 'F32', shape: [2], data: Float32Array.of(1, 1) },
});
const kernelOf = (tensors: Record<string, HostTensor>): Float32Array =>
  tensors['kernel']!.data as Float32Array;

/** Averages that were tracked through training, by sigma_rel, at its end. */
const direct = new Map<number, Float64Array>();

/**
 * A run whose weights are drawn anew in every step: the least that one step tells of another, so that the distance of an
 * average from the one that was tracked is the distance of their profiles, as the theory has it.
 */
async function trained(name: string, precision: 'float16' | 'float32'): Promise<string> {
  const run = join(folder, name);
  const config = runConfigSchema.parse({ name, ema: null, steps, posthocEma: { every, precision } });
  const made = await RunFolder.create(run, { config, environment: { backend: 'none' } });
  const random = RandomStream.create(5, 'weights');
  const averages = [...tracked, ...others].map((sigmaRel) => {
    direct.set(sigmaRel, new Float64Array(size));
    return { gamma: gammaOf(sigmaRel), sigmaRel, values: direct.get(sigmaRel)! };
  });
  for (let t = 1; t <= steps; t++) {
    const weights = random.normals(size);
    for (const { gamma, values } of averages) {
      const rate = powerFunctionRate(gamma, t);
      for (let i = 0; i < size; i++) values[i]! += rate * (weights[i]! - values[i]!);
    }
    if (t % every !== 0) continue;
    const profiles = tracked.map((sigmaRel, i) => ({
      file: `power-average-${i}.safetensors`,
      ...{ sigmaRel, gamma: gammaOf(sigmaRel) },
    }));
    await made.writeEmaSnapshot(t, {
      tensorFiles: Object.fromEntries(profiles.map(({ file }, i) => [file, tensorsOf(averages[i]!.values)])),
      state: { format: 1, step: t, averagedSteps: t, profiles, precision },
      ...(precision === 'float16' && {
        float16: Object.fromEntries(profiles.map(({ file }) => [file, new Set(['kernel'])])),
      }),
    });
  }
  await made.writeCheckpoint(steps, {
    tensorFiles: { 'generator.safetensors': tensorsOf(direct.get(0.1)!) },
    state: {
      trainer: { step: steps },
      data: { classes: ['a', 'b'], fingerprint: null, name: 'drawn' },
    },
  });
  await made.close();
  return run;
}

let run: string;
let rounded: string;
beforeAll(async () => {
  run = await trained('walk', 'float32');
  rounded = await trained('rounded', 'float16');
}, 60_000);

/** Root mean square. */
const rms = (values: ArrayLike<number>): number =>
  Math.sqrt(Array.from(values).reduce((sum, value) => sum + value ** 2, 0) / values.length);

async function distanceFromDirect(average: {
  folder: string;
  manifest: { sigmaRel: number };
}): Promise<number> {
  const { tensorFiles } = await readCheckpoint(join(average.folder, 'checkpoints', '00000800'));
  const wanted = direct.get(average.manifest.sigmaRel)!;
  return rms(kernelOf(tensorFiles['ema.safetensors']!).map((value, i) => value - wanted[i]!));
}

test('two steps of one move, with the same averages, count once', async () => {
  const twice = join(folder, 'twice');
  cpSync(run, twice, { recursive: true });
  const names = tracked.map((_, i) => `power-average-${i}.safetensors`);
  const { state, tensorFiles } = await readEmaSnapshot(run, steps, names);
  const made = await RunFolder.open(twice);
  await made.writeEmaSnapshot(steps + 1, { tensorFiles, state: { ...state, step: steps + 1 } });
  await made.close();
  const [average] = await rebuildAverages({ run: twice, sigmaRels: [0.07] });
  const [once] = await rebuildAverages({ run, sigmaRels: [0.07], out: join(folder, 'once') });
  expect(average!.manifest.terms.map(({ step }) => step)).not.toContain(steps);
  expect(average!.manifest.terms).toHaveLength(once!.manifest.terms.length);
  expect(average!.manifest.residual).toBeCloseTo(once!.manifest.residual, 9);
});

test('lengths that were tracked come back, others as exactly as the profiles say', async () => {
  const averages = await rebuildAverages({ run, sigmaRels: [...tracked, ...others] });
  expect(averages.map(({ manifest }) => manifest.sigmaRel)).toEqual([0.03, 0.05, 0.07, 0.1, 0.15, 0.2]);
  for (const average of averages) {
    const { sigmaRel, gamma, residual, terms, cautions } = average.manifest;
    const distance = await distanceFromDirect(average);
    if (tracked.includes(sigmaRel)) {
      expect(terms).toEqual([
        expect.objectContaining({ step: steps, sigmaRel, coefficient: expect.closeTo(1, 9) }),
      ]);
      expect(distance).toBeLessThan(1e-7);
      continue;
    }
    // Weights of unit variance: the mean over them of a profile p has the variance of the integral of p^2.
    const expected = residual * Math.sqrt(innerProduct({ t: steps, gamma }, { t: steps, gamma }));
    expect(distance / expected).toBeGreaterThan(0.9);
    expect(distance / expected).toBeLessThan(1.1);
    expect(distance / rms(direct.get(sigmaRel)!)).toBeLessThan(0.03);
    expect(cautions).toEqual([]);
  }
});

test('float16 snapshots add rounding that the amplification tells', async () => {
  const averages = await rebuildAverages({ run: rounded, sigmaRels: [0.03, 0.1, 0.15] });
  const exact = await rebuildAverages({ run, sigmaRels: [0.03, 0.1, 0.15] });
  for (const [i, average] of averages.entries()) {
    const [of16, of32] = await Promise.all(
      [average, exact[i]!].map(async ({ folder: own }) => {
        const { tensorFiles } = await readCheckpoint(join(own, 'checkpoints', '00000800'));
        return kernelOf(tensorFiles['ema.safetensors']!);
      }),
    );
    const rounding = rms(of16!.map((value, at) => value - of32![at]!)) / rms(of32!);
    // A value is rounded by 2^-12 of its power of two at most; the mean square over a power of two is a third of that.
    const single = 2 ** -12 / Math.sqrt(3);
    expect(rounding / (single * average.manifest.amplification)).toBeGreaterThan(0.3);
    expect(rounding / (single * average.manifest.amplification)).toBeLessThan(3);
  }
});

test('an average is a run: its config, one checkpoint, and how it was made', async () => {
  const [average] = await rebuildAverages({ run, gammas: [6] });
  const { folder: own, manifest } = average!;
  expect(own).toBe(join(run, 'averages', 'walk-ema-0.1102-800'));
  expect(await readResolvedConfig(own)).toMatchObject({
    name: 'walk-ema-0.1102-800',
    ema: { start: 0 },
    steps,
  });
  const { state, tensorFiles } = await readCheckpoint(join(own, 'checkpoints', '00000800'));
  expect(Object.keys(tensorFiles)).toEqual(['ema.safetensors']);
  expect(state).toEqual({
    trainer: { step: 800 },
    data: { classes: ['a', 'b'], fingerprint: null, name: 'drawn' },
  });
  expect(manifest).toMatchObject({
    ...{ format: 1, run: 'walk', step: 800, averagedSteps: 800, gamma: 6, snapshots: 20 },
    ...{ negativeVariances: 0, cautions: [] },
  });
  expect(manifest.terms.reduce((sum, { coefficient }) => sum + coefficient, 0)).toBeCloseTo(1, 6);
  expect(JSON.parse(readFileSync(join(own, 'average.json'), 'utf8'))).toEqual(manifest);
  expect(readdirSync(own)).not.toContain('.lock');
});

test('the same again stays as it is; another average in its place is refused', async () => {
  const [average] = await rebuildAverages({ run, sigmaRels: [0.12] });
  expect(await rebuildAverages({ run, sigmaRels: [0.12] })).toEqual([average]);
  const path = join(average!.folder, 'average.json');
  writeFileSync(path, readFileSync(path, 'utf8').replace('"run": "walk"', '"run": "other"'));
  await expect(rebuildAverages({ run, sigmaRels: [0.12] })).rejects.toMatchObject({ code: 'AVERAGE_EXISTS' });
});

test('an average may end at an earlier snapshot', async () => {
  const [average] = await rebuildAverages({ run, sigmaRels: [0.05], step: 400 });
  expect(average!.manifest).toMatchObject({ step: 400, snapshots: 10 });
  const { tensorFiles } = await readCheckpoint(join(average!.folder, 'checkpoints', '00000400'));
  const snapshot = await readCheckpoint(join(run, 'ema-snapshots', '00000400'));
  const kept = kernelOf(snapshot.tensorFiles['power-average-0.safetensors']!);
  expect(rms(kernelOf(tensorFiles['ema.safetensors']!).map((value, i) => value - kept[i]!))).toBeLessThan(
    1e-7,
  );
});

test('an average of snapshots that were made anew is another one', async () => {
  const own = join(folder, 'anew');
  cpSync(run, own, { recursive: true });
  const [average] = await rebuildAverages({ run: own, sigmaRels: [0.12] });
  const writing = await RunFolder.open(own);
  const { tensorFiles, state } = await readCheckpoint(join(own, 'ema-snapshots', '00000800'));
  const shifted = Object.entries(tensorFiles).map(([file, tensors]): [string, HostTensors] => [
    file,
    { ...tensors, kernel: { ...tensors['kernel']!, data: new Float32Array(1000) } as HostTensor },
  ]);
  await writing.writeEmaSnapshot(800, { tensorFiles: Object.fromEntries(shifted), state });
  await writing.close();
  await expect(rebuildAverages({ run: own, sigmaRels: [0.12] })).rejects.toMatchObject({
    code: 'AVERAGE_EXISTS',
  });
  const manifest = JSON.parse(readFileSync(join(average!.folder, 'average.json'), 'utf8')) as unknown;
  expect(manifest).toEqual(average!.manifest);
});

test('a variance never comes out negative, and the manifest says where it would have', async () => {
  const own = join(folder, 'variances');
  cpSync(run, own, { recursive: true });
  const writing = await RunFolder.open(own);
  for (const step of [760, 800]) {
    const { tensorFiles, state } = await readCheckpoint(join(own, 'ema-snapshots', `00000${step}`));
    const files = Object.fromEntries(
      Object.entries(tensorFiles).map(([file, tensors], i): [string, HostTensors] => [
        file,
        // The combination takes the shorter one with a negative factor.
        {
          ...tensors,
          'norm.variance': { dtype: 'F32', shape: [2], data: Float32Array.of(i === 0 ? 9 : 0.25, 1) },
        },
      ]),
    );
    await writing.writeEmaSnapshot(step, { tensorFiles: files, state });
  }
  await writing.close();
  const [average] = await rebuildAverages({ run: own, sigmaRels: [0.15], out: join(folder, 'mended') });
  expect(average!.manifest.terms.at(-2)).toMatchObject({ step: 800, sigmaRel: 0.05 });
  expect(average!.manifest.terms.at(-2)!.coefficient).toBeLessThan(-0.1);
  expect(average!.manifest).toMatchObject({
    negativeVariances: 1,
    cautions: [expect.stringContaining('1 running variances came out negative')],
  });
  const { tensorFiles } = await readCheckpoint(join(average!.folder, 'checkpoints', '00000800'));
  const [first, second] = tensorFiles['ema.safetensors']!['norm.variance']!.data as Float32Array;
  expect(first).toBeGreaterThanOrEqual(0);
  expect(first).toBeLessThanOrEqual(0.25);
  expect(second).toBeCloseTo(1, 5);
});

describe('what cannot be is named', () => {
  const copied = (name: string): string => {
    const own = join(folder, name);
    cpSync(run, own, { recursive: true });
    rmSync(join(own, 'averages'), { recursive: true, force: true });
    return own;
  };

  test.each<[string, Partial<RebuildOptions>, object]>([
    ['no length', {}, { code: 'BAD_AVERAGE_LENGTH', kind: 'usage' }],
    ['a length of 0', { sigmaRels: [0.1, 0] }, { code: 'BAD_AVERAGE_LENGTH', message: /got 0$/ }],
    [
      'longer than training',
      { sigmaRels: [0.29] },
      { code: 'BAD_AVERAGE_LENGTH', message: /0\.288675, got 0\.29$/ },
    ],
    [
      'lengths of one folder',
      { sigmaRels: [0.05], gammas: [16.97] },
      { code: 'BAD_AVERAGE_LENGTH', message: /differ in four decimals, got 0\.05000/ },
    ],
    ['an exponent below 0', { gammas: [-0.5] }, { code: 'BAD_AVERAGE_LENGTH', message: /--gamma/ }],
    [
      'a step without a snapshot',
      { sigmaRels: [0.1], step: 790 },
      { code: 'NO_EMA_SNAPSHOTS', message: /step 790, got those of \.\.\., 520, .*800$/ },
    ],
    [
      'shorter than the snapshots tell',
      { sigmaRels: [0.05, 0.005] },
      { code: 'TOO_FEW_EMA_SNAPSHOTS', message: /0\.00500: .* got 20 that miss it by \d+ %$/ },
    ],
    ['a single snapshot for a long one', { sigmaRels: [0.2], step: 40 }, { code: 'TOO_FEW_EMA_SNAPSHOTS' }],
  ])('%s', async (name, options, { message, ...error }: { message?: RegExp }) => {
    const out = join(folder, `none-of-${name}`);
    await expect(rebuildAverages({ run, out, ...options })).rejects.toMatchObject({
      ...error,
      ...(message && { message: expect.stringMatching(message) }),
    });
    expect(existsSync(out)).toBe(false);
  });

  test('a run without snapshots', async () => {
    const own = copied('without');
    rmSync(join(own, 'ema-snapshots'), { recursive: true });
    await expect(rebuildAverages({ run: own, sigmaRels: [0.1] })).rejects.toMatchObject({
      code: 'NO_EMA_SNAPSHOTS',
      hint: expect.stringContaining('for longer'),
    });
  });

  test.each<[string, (snapshot: string) => void]>([
    ['cut', (snapshot) => truncateSync(join(snapshot, 'power-average-1.safetensors'), 1000)],
    ['removed', (snapshot) => rmSync(join(snapshot, 'power-average-0.safetensors'))],
    [
      'changed',
      (snapshot) => {
        const path = join(snapshot, 'power-average-0.safetensors');
        const bytes = readFileSync(path);
        bytes[bytes.length - 3]! ^= 1;
        writeFileSync(path, bytes);
      },
    ],
  ])('a snapshot of which a file was %s', async (name, damage) => {
    const own = copied(`damaged-${name}`);
    damage(join(own, 'ema-snapshots', '00000440'));
    await expect(rebuildAverages({ run: own, sigmaRels: [0.1] })).rejects.toMatchObject({
      code: 'EMA_SNAPSHOT_DAMAGED',
      message: expect.stringContaining('00000440'),
    });
    // It is not needed for an average that ends before it.
    expect(await rebuildAverages({ run: own, sigmaRels: [0.1], step: 400 })).toHaveLength(1);
  });

  test('a snapshot of another generator', async () => {
    const own = copied('other');
    const writing = await RunFolder.open(own);
    const { tensorFiles, state } = await readCheckpoint(join(own, 'ema-snapshots', '00000600'));
    const [file] = Object.keys(tensorFiles);
    const wider: HostTensor = { dtype: 'F32', shape: [2, 4], data: new Float32Array(8) };
    await writing.writeEmaSnapshot(600, {
      tensorFiles: { ...tensorFiles, [file!]: { ...tensorFiles[file!], kernel: wider } },
      state,
    });
    await writing.close();
    await expect(rebuildAverages({ run: own, sigmaRels: [0.1] })).rejects.toMatchObject({
      code: 'EMA_SNAPSHOTS_DIFFER',
      message: expect.stringMatching(/00000600.*: expected kernel: \[250, 4\], got \[2, 4\]$/),
    });
  });
});
