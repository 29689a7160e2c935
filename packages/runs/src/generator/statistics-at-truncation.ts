import { GanymedeError } from '@ganymede/core';
import type { HostTensor, HostTensors } from '@ganymede/safetensors';

/**
 * Statistics of batch norm for one truncation, from tables with a row for each of several truncations evenly spaced in
 * [0, 1], as the released BigGAN-deep weights have them.
 *
 * The fraction belongs to the upper row; the released code gives it to the lower one, and so does this, so that images
 * are the same.
 *
 * @param tables - [rows, C] each, all of as many rows
 * @param truncation - in [0, 1]
 * @returns [C] each
 * @throws BAD_THRESHOLD
 */
export function truncationStatisticsAt(
  tables: HostTensors,
  truncation: number,
): Record<string, Extract<HostTensor, { readonly dtype: 'F32' }>> {
  if (!(truncation >= 0 && truncation <= 1))
    throw new GanymedeError('BAD_THRESHOLD', `truncation: expected a number in [0, 1], got ${truncation}`, {
      kind: 'usage',
    });
  return Object.fromEntries(
    Object.entries(tables).map(([name, table]) => {
      const [rows, channels] = table.shape as [number, number];
      const data = table.data as Float32Array;
      const position = truncation / (1 / (rows - 1));
      // Rounding may put a truncation of 1 just beyond the last row.
      const row = Math.min(Math.floor(position), rows - 1);
      const fraction = row === rows - 1 ? 0 : position - row;
      const lower = data.slice(row * channels, (row + 1) * channels);
      if (fraction > 0) {
        for (let i = 0; i < channels; i++)
          lower[i] = lower[i]! * fraction + data[(row + 1) * channels + i]! * (1 - fraction);
      }
      return [name, { dtype: 'F32', shape: [channels], data: lower }];
    }),
  );
}
