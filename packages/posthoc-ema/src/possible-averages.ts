import type { HostTensor } from '@ganymede/checkpoints';
import { isGanymedeError } from '@ganymede/core';
import { join } from 'node:path';
import { lengthsOf } from './length.js';
import { planAverage, rebuild } from './rebuild.js';
import { averageName, averagesFolder, keptInRun } from './rebuild-averages.js';

/** A length that a run's snapshots give. */
export interface PossibleAverage {
  /** Standard deviation of its profile, as a share of training. */
  readonly sigmaRel: number;
  /** Distance from the wanted profile, as a share of its norm. */
  readonly residual: number;
  /** Of the snapshot that it ends at. */
  readonly step: number;
  /** Where `rebuildAverages` writes it. */
  readonly folder: string;
}

/** From short to long, closer where averages differ more. */
const usualLengths = [0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1, 0.125, 0.15, 0.175, 0.2, 0.25];

/** What snapshots cannot give, for this length alone. */
const outOfReach = new Set(['TOO_FEW_EMA_SNAPSHOTS', 'ILL_CONDITIONED']);

/**
 * Lengths whose averages a run's newest snapshots give, from the shortest to the longest; none where all are out of reach.
 * @throws RUN_NOT_FOUND, NO_CHECKPOINT, NO_EMA_SNAPSHOTS, EMA_SNAPSHOT_DAMAGED, EMA_SNAPSHOTS_DIFFER
 */
export async function possibleAverages(run: string): Promise<readonly PossibleAverage[]> {
  const { kept } = await keptInRun(run, undefined);
  return lengthsOf(usualLengths, []).flatMap((length) => {
    try {
      const { sigmaRel, residual, step } = planAverage(kept, length);
      return [
        { sigmaRel, residual, step, folder: join(averagesFolder(run), averageName(run, { sigmaRel, step })) },
      ];
    } catch (error) {
      if (isGanymedeError(error) && outOfReach.has(error.code)) return [];
      throw error;
    }
  });
}

/**
 * The weights and statistics of one average, as `rebuildAverages` writes them.
 * @param step - of the snapshot that it ends at
 * @throws as `rebuildAverages`, but for what writing throws
 */
export async function averageTensors(
  run: string,
  { sigmaRel, step }: { readonly sigmaRel: number; readonly step: number },
): Promise<Readonly<Record<string, HostTensor>>> {
  const [length] = lengthsOf([sigmaRel], []);
  const { kept } = await keptInRun(run, step);
  const [average] = await rebuild([planAverage(kept, length!)]);
  return average!.tensors;
}
