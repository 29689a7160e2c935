import { runLayout } from '@ganymede/checkpoints';
import { parseEnvironment, type RecordedPlugin } from '@ganymede/runs';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The plugins that a run was last trained with; none where the run says nothing, as those of older versions do. */
export function pluginRecords(runFolder: string | null): readonly RecordedPlugin[] {
  if (runFolder === null) return [];
  try {
    const text = readFileSync(join(runFolder, runLayout.environment), 'utf8');
    return parseEnvironment(JSON.parse(text)).components?.plugins ?? [];
  } catch {
    return [];
  }
}
