import { z } from 'zod';

/**
 * `environment.json` of a run, as far as programs read it. It is for people too, and older versions say less: what is absent
 * or of another form is undefined, each part by itself.
 */
const recordedEnvironment = z
  .object({
    backend: z
      .object({ name: z.string(), library: z.string(), device: z.string() })
      .optional()
      .catch(undefined),
    precision: z.string().optional().catch(undefined),
    components: z
      .object({
        toolkit: z.string().optional().catch(undefined),
        plugins: z.array(
          z.object({
            name: z.string(),
            as: z.string().nullish(),
            file: z.string().nullish(),
            builtIn: z.boolean().nullish(),
            version: z.string().nullish(),
            hash: z.string().nullish(),
          }),
        ),
      })
      .optional()
      .catch(undefined),
  })
  .catch({});

export type RecordedEnvironment = z.output<typeof recordedEnvironment>;
/** A plugin as the environment of a run remembers it. */
export type RecordedPlugin = NonNullable<RecordedEnvironment['components']>['plugins'][number];

/** What can be read of the content of an `environment.json`. */
export function parseEnvironment(content: unknown): RecordedEnvironment {
  return recordedEnvironment.parse(content);
}
