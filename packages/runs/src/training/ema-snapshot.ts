import {
  checkpointSteps,
  checkpointsFolder,
  readCheckpoint,
  runLayout,
  stepFolderName,
  type Checkpoint,
  type CheckpointContent,
  type HostTensor,
  type HostTensors,
} from '@ganymede/checkpoints';
import { gammaOf, powerAverageName } from '@ganymede/trainer';
import { maxFloat16 } from '@ganymede/safetensors';
import { join } from 'node:path';
import { z } from 'zod';

const snapshotStateSchema = z.object({
  format: z.literal(1),
  /** Generator steps of the run. */
  step: z.int().min(1),
  /**
   * Updates of the averages: the time of their profiles. Fewer than steps where weights came without averages, or a move takes
   * several gradients.
   */
  averagedSteps: z.int().min(1),
  profiles: z.array(z.object({ file: z.string(), sigmaRel: z.number(), gamma: z.number().min(0) })).min(1),
  precision: z.enum(['float16', 'float32']),
});

/** The JSON part of a snapshot. */
export type EmaSnapshotState = Readonly<z.output<typeof snapshotStateSchema>>;

/** Matrices and kernels as float16; vectors, among them variances close to 0, stay as they are, and so does what does not fit. */
function halvedNames(tensors: HostTensors): ReadonlySet<string> {
  const fits = ({ data }: HostTensor): boolean =>
    (data as Float32Array).every((value) => Math.abs(value) <= maxFloat16);
  return new Set(
    Object.entries(tensors)
      .filter(([, tensor]) => tensor.shape.length > 1 && fits(tensor))
      .map(([name]) => name),
  );
}

/** A snapshot of power-function averages, as `RunFolder.writeEmaSnapshot` takes it. */
export function emaSnapshot(
  {
    step,
    averagedSteps,
    lengths,
    precision,
  }: {
    readonly step: number;
    readonly averagedSteps: number;
    readonly lengths: readonly number[];
    readonly precision: 'float16' | 'float32';
  },
  tensorFiles: Readonly<Record<string, HostTensors>>,
): CheckpointContent {
  const state: EmaSnapshotState = {
    format: 1,
    step,
    averagedSteps,
    profiles: lengths.map((sigmaRel, i) => ({
      file: `${powerAverageName(i)}.safetensors`,
      sigmaRel,
      gamma: gammaOf(sigmaRel),
    })),
    precision,
  };
  if (precision === 'float32') return { tensorFiles, state };
  const halved = Object.entries(tensorFiles).map(([file, tensors]) => [file, halvedNames(tensors)] as const);
  return { tensorFiles, state, float16: Object.fromEntries(halved) };
}

/** Steps of a run's snapshots, ascending, whole or not. */
export function emaSnapshotSteps(runFolder: string): Promise<number[]> {
  return checkpointSteps(runFolder, runLayout.emaSnapshots);
}

/**
 * One snapshot of a run, compared with its checksums.
 * @param only - tensor files to load; all without it
 * @throws CHECKPOINT_DAMAGED, CHECKPOINT_TOO_NEW
 */
export function readEmaSnapshot(
  runFolder: string,
  step: number,
  only?: readonly string[],
): Promise<Checkpoint<EmaSnapshotState>> {
  const folder = join(checkpointsFolder(runFolder, runLayout.emaSnapshots), stepFolderName(step));
  return readCheckpoint<EmaSnapshotState>(folder, only, snapshotStateSchema);
}
