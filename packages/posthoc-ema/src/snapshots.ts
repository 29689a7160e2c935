import { SafetensorsFile } from '@ganymede/checkpoints';
import { isGanymedeError } from '@ganymede/core';
import { emaSnapshotSteps, readEmaSnapshot } from '@ganymede/runs';
import { join } from 'node:path';
import { noSnapshots, noSuchSnapshot, snapshotDamaged, snapshotsDiffer } from './errors.js';
import type { AverageLength } from './length.js';
import type { Profile } from './profile.js';

/** One average in one snapshot. */
export interface KeptAverage extends Profile, AverageLength {
  /** Generator steps of the run; at least as many as updates of the average. */
  readonly step: number;
  /** Of its tensors. */
  readonly path: string;
  /** How its matrices and kernels are stored. */
  readonly precision: 'float16' | 'float32';
}

/** Shape of every tensor, by name. */
type Shapes = ReadonlyMap<string, readonly number[]>;

/**
 * The averages in a run's snapshots up to a step, the earliest first; every file was compared with its checksum.
 * @param step - that of a snapshot, which the rebuilt average ends at; the newest without it
 * @param isKept - whether the run's config asks for snapshots
 * @param generator - path of the run's generator, whose shapes they have to have
 * @throws NO_EMA_SNAPSHOTS, EMA_SNAPSHOT_DAMAGED, EMA_SNAPSHOTS_DIFFER
 */
export async function readKeptAverages(
  run: string,
  step: number | undefined,
  isKept: boolean,
  generator: string,
): Promise<readonly KeptAverage[]> {
  const steps = await emaSnapshotSteps(run);
  if (steps.length === 0) throw noSnapshots(run, isKept);
  if (step !== undefined && !steps.includes(step)) throw noSuchSnapshot(run, step, steps);
  const shapes = await shapesOf(generator);
  const kept: KeptAverage[] = [];
  for (const one of steps.filter((known) => known <= (step ?? Infinity))) {
    const { state, folder } = await readEmaSnapshot(run, one, []).catch((error: unknown) => {
      if (isGanymedeError(error) && error.code === 'CHECKPOINT_DAMAGED')
        throw snapshotDamaged(error.message, error);
      throw error;
    });
    // Where moves take several gradients, two steps may have the same averages: the later one stands for both.
    const before = kept.at(-1);
    if (before?.t === state.averagedSteps) kept.splice(kept.findIndex((other) => other.step === before.step));
    for (const { file, sigmaRel, gamma } of state.profiles) {
      const path = join(folder, file);
      expectShapes(path, await shapesOf(path), shapes);
      kept.push({ step: one, t: state.averagedSteps, sigmaRel, gamma, path, precision: state.precision });
    }
  }
  return kept;
}

/** @throws SAFETENSORS_DAMAGED */
async function shapesOf(path: string): Promise<Shapes> {
  const file = await SafetensorsFile.open(path);
  try {
    return new Map(file.names.map((name) => [name, file.entry(name)!.shape]));
  } finally {
    await file.close();
  }
}

function expectShapes(path: string, got: Shapes, expected: Shapes): void {
  const text = (shape: readonly number[] | undefined): string =>
    shape ? `[${shape.join(', ')}]` : 'nothing';
  for (const name of new Set([...expected.keys(), ...got.keys()])) {
    const [wanted, found] = [text(expected.get(name)), text(got.get(name))];
    if (wanted !== found) throw snapshotsDiffer(path, `${name}: ${wanted}`, found);
  }
}
