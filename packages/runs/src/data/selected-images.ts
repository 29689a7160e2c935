import { parseJsonAs, type Dataset } from '@ganymede/core';
import { compareFingerprint, hashOf, readWholeFile, writeFileSafely } from '@ganymede/files';
import { z } from 'zod';
import { damagedSelection, selectionOfOtherData } from '../errors.js';

const count = z.int().min(0);
const group = z.object({
  class: z.string(),
  images: count,
  kept: count,
  threshold: z.number().nullable(),
});
const selectionSchema = z.object({
  format: z.literal(1),
  kind: z.literal('ganymede-selection'),
  data: z.object({ name: z.string(), fingerprint: z.string(), images: count }),
  manifest: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  groups: z.array(group),
  indices: z.array(count),
});

/** A class, how many of its images are kept, and the log-likelihood that the kept ones are above; null without images. */
export type SelectedGroup = Readonly<z.output<typeof group>>;

/** A list of images, as `ganymede data select` writes it, and how it was made. */
export interface SelectionFile {
  readonly format: 1;
  readonly kind: 'ganymede-selection';
  /** Whose images the indices are. */
  readonly data: { readonly name: string; readonly fingerprint: string; readonly images: number };
  /** Extractor and its weights, share, size of the images, versions. */
  readonly manifest: Readonly<Record<string, string | number | boolean>>;
  readonly groups: readonly SelectedGroup[];
  /** Of the images that are kept, ascending. */
  readonly indices: readonly number[];
}

/** @throws CANNOT_WRITE, DISK_FULL */
export async function writeSelection(path: string, selection: SelectionFile): Promise<void> {
  await writeFileSafely(path, `${JSON.stringify(selection, null, 1).replace(/\n {2}(?=\d)/g, ' ')}\n`);
}

/** Images of a list, and a hash of which they are. */
export interface SelectedIndices {
  readonly indices: Uint32Array;
  readonly hash: string;
}

/**
 * The list of a file, for the data that it was made of.
 * @throws SELECTION_DAMAGED, SELECTION_OF_OTHER_DATA, FILE_NOT_FOUND, CANNOT_READ
 */
export async function readSelection(path: string, whole: Dataset): Promise<SelectedIndices> {
  const text = Buffer.from(await readWholeFile(path)).toString('utf8');
  const { data, indices } = parseJsonAs(selectionSchema, text, (got) => damagedSelection(path, got));
  if (compareFingerprint(whole, data.fingerprint) === 'other') throw selectionOfOtherData(path, data, whole);
  const wrong = indices.find((index, i) => index >= whole.length || index <= (indices[i - 1] ?? -1));
  if (wrong !== undefined || indices.length === 0)
    throw damagedSelection(
      path,
      wrong === undefined ? 'no images' : `${wrong}, which is out of order or range`,
    );
  return { indices: Uint32Array.from(indices), hash: hashOf(indices) };
}
