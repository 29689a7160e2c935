import { z } from 'zod';
import { badIndex, otherVersion } from './errors.js';

/** What lies in a folder of shards, besides the shards. */
export const indexFile = 'index.json';
/** There while a folder is being packed. */
export const packingFile = 'packing.json';

/** The table of rows of a shard, beside it. */
export function rowsFileOf(shard: string): string {
  return shard.replace(/\.tar$/, '.rows');
}

const format = 'ganymede-shards';
/** Raised when what the index says changes. */
const version = 1;

const count = z.number().int().nonnegative();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const schema = z.strictObject({
  format: z.literal(format),
  version: z.literal(version),
  images: count,
  classes: z.array(z.strictObject({ name: z.string(), images: count })).min(1),
  shards: z
    .array(
      z.strictObject({
        // A name in the folder and no path, since an index may come from anybody's server.
        file: z.string().regex(/^[\w-][\w.-]*\.tar$/),
        bytes: count,
        sha256,
        images: count,
        /** Digest at the end of the shard's table of rows. */
        rows: sha256,
      }),
    )
    .min(1),
});

/** What `index.json` says, without its format and version. */
export type ShardIndex = Omit<z.output<typeof schema>, 'format' | 'version'>;

export function formatIndex(index: ShardIndex): string {
  return `${JSON.stringify(schema.parse({ format, version, ...index }), null, 1)}\n`;
}

/**
 * @param where - the file, for messages
 * @throws SHARDS_BAD_INDEX, SHARDS_OTHER_VERSION
 */
export function parseIndex(text: string, where: string): ShardIndex {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badIndex(where, 'an index of shards as JSON', 'a text that is none: it is damaged or cut off');
  }
  const said = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  if (said['format'] !== format)
    throw badIndex(where, `an index of format ${format}`, `format ${JSON.stringify(said['format'])}`);
  if (said['version'] !== version) throw otherVersion(where, version, said['version']);
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw badIndex(where, 'an index of shards', `${issue.path.join('.')}: ${issue.message}`);
  }
  const { images, classes, shards } = parsed.data;
  const sum = (parts: readonly { readonly images: number }[]): number =>
    parts.reduce((total, part) => total + part.images, 0);
  if (sum(shards) !== images || sum(classes) !== images)
    throw badIndex(
      where,
      `${images} images in shards and in classes`,
      `${sum(shards)} in shards and ${sum(classes)} in classes`,
    );
  return { images, classes, shards };
}
