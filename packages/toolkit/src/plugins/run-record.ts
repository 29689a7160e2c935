import { runLayout } from '@ganymede/checkpoints';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const recordSchema = z.object({
  components: z.object({
    plugins: z.array(
      z.object({
        name: z.string(),
        as: z.string().nullish(),
        file: z.string().nullish(),
        builtIn: z.boolean().nullish(),
      }),
    ),
  }),
});

/** A plugin as the environment of a run remembers it. */
export type PluginRecord = z.output<typeof recordSchema>['components']['plugins'][number];

/** The plugins that a run was last trained with; none where the run says nothing, as those of older versions do. */
export function pluginRecords(runFolder: string | null): readonly PluginRecord[] {
  if (runFolder === null) return [];
  try {
    const text = readFileSync(join(runFolder, runLayout.environment), 'utf8');
    const parsed = recordSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data.components.plugins : [];
  } catch {
    return [];
  }
}
