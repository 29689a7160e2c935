import { readSafetensors, type HostTensors } from '@ganymede/checkpoints';
import { truncationStatisticsAt } from './statistics-at-truncation.js';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ComponentChoice } from '@ganymede/core';

/** The file of a checkpoint that holds statistics of batch norm by truncation, [rows, C] each. */
export const truncationStatisticsFile = 'truncation-statistics.safetensors';

/**
 * The statistics that go with a truncation of convention `scaled`, for weights that came with such tables; null where
 * there are none, or where the latents are not those that the tables were made with.
 * @param folder - of a checkpoint that was verified
 * @throws BAD_THRESHOLD for a threshold above 1
 */
export async function statisticsOfTruncation(
  folder: string,
  truncation: ComponentChoice | undefined,
): Promise<HostTensors | null> {
  const path = join(folder, truncationStatisticsFile);
  const threshold = truncation?.['threshold'];
  if (truncation?.use !== 'scaled' || typeof threshold !== 'number' || !existsSync(path)) return null;
  return truncationStatisticsAt(await readSafetensors(path), threshold);
}
