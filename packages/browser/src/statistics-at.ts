import type { HostTensors } from '@ganymede/safetensors';
import { badRequest } from './errors.js';
import type { StatisticsConfig } from '@ganymede/generator-files';

/** Two rows of the tables, and the share of the upper one in [0, 1). */
interface Place {
  readonly row: number;
  readonly share: number;
}

/**
 * Statistics of batch normalization at a threshold, from tables with a row for each of several.
 * @param tables - [rows, C] each, by the name of the state
 * @returns [C] each
 * @throws BAD_REQUEST for a threshold beyond the tables
 */
export function statisticsAt(
  tables: HostTensors,
  { thresholds, interpolation }: Pick<StatisticsConfig, 'thresholds' | 'interpolation'>,
  threshold: number,
): Record<string, Float32Array> {
  const { row, share } = placeOf(thresholds, threshold);
  // Between two rows only: on a row there is nothing to exchange.
  const upper = share === 0 ? 0 : interpolation === 'exchanged' ? 1 - share : share;
  return Object.fromEntries(
    Object.entries(tables).map(([name, { shape, data }]) => {
      const channels = shape[1]!;
      const at = (index: number): Float32Array =>
        (data as Float32Array).slice(index * channels, (index + 1) * channels);
      const lower = at(row);
      if (upper === 0 && share === 0) return [name, lower];
      const other = at(row + 1);
      return [name, lower.map((value, i) => value * (1 - upper) + other[i]! * upper)];
    }),
  );
}

function placeOf(thresholds: readonly number[], threshold: number): Place {
  const [first, last] = [thresholds[0]!, thresholds.at(-1)!];
  // Rounding of a slider's steps may end just beside the table.
  const slack = 1e-9;
  if (!(threshold >= first - slack && threshold <= last + slack))
    throw badRequest(
      'truncation.threshold',
      `a number in [${first}, ${last}], which there are statistics for`,
      String(threshold),
    );
  const above = thresholds.findIndex((one) => one > threshold);
  if (above === -1) return { row: thresholds.length - 1, share: 0 };
  if (above === 0) return { row: 0, share: 0 };
  const [low, high] = [thresholds[above - 1]!, thresholds[above]!];
  return { row: above - 1, share: (threshold - low) / (high - low) };
}
