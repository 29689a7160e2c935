import {
  sidesOf,
  type ComponentChoice,
  type Components,
  type Dataset,
  type DatasetOpenContext,
} from '@ganymede/core';
import type { ResolvedConfig } from '@ganymede/config';
import { dataCache } from '../engine/cache.js';
import { otherImages } from '../errors.js';

/** What images are made into, and what becomes of those that cannot be used: a run's config says all of it. */
export type DataSettings = Pick<ResolvedConfig, 'resolution' | 'channels' | 'strictData'>;

export interface OpenDatasetOptions extends Pick<DatasetOpenContext, 'onProgress' | 'strictHint'> {
  /** For decoded images; the user's by default. */
  readonly cacheFolder?: string;
}

/** For data whose config says `strictData: true` and may still be changed. */
export const strictHint = 'set strictData to false, which skips such files and lists them';

/**
 * Opens the images that a dataset component names, in the size and channels of a run: the only way in which the toolkit
 * does. The caller closes them.
 * @throws UNKNOWN_COMPONENT, BAD_OPTION, DATASET_OTHER_IMAGES where a plugin's data gives another size than it was asked
 * for, and what the data throws
 */
export async function openDataset(
  components: Pick<Components, 'resolve' | 'clock'>,
  choice: ComponentChoice,
  { resolution, channels, strictData }: DataSettings,
  { cacheFolder = dataCache(), ...told }: OpenDatasetOptions = {},
): Promise<Dataset> {
  const context: DatasetOpenContext = {
    cacheFolder,
    resolution,
    channels,
    strict: strictData,
    now: () => components.clock.now(),
    ...told,
  };
  const dataset = await components.resolve('dataset', choice).open(context);
  const wanted = { ...sidesOf(resolution), channels };
  const { height, width, channels: got } = dataset.imageShape;
  if (height === wanted.height && width === wanted.width && got === channels) return dataset;
  await dataset.close();
  throw otherImages(choice.use, wanted, dataset.imageShape);
}
