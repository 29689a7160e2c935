import { relabelled } from '@ganymede/classes';
import type { Dataset, ComponentChoice } from '@ganymede/core';
import { dataOfRun, openDataset, partitionOf, type OpenedGenerator } from '@ganymede/runs';

/** The images that a run was trained on, and images like them that it never saw. */
export interface RealImages {
  readonly training: Dataset;
  /** Null where the run held nothing out and nothing was named. */
  readonly heldOut: Dataset | null;
  close(): Promise<void>;
}

export interface RealImagesOptions {
  /** Images that were not trained on, instead of those that the run's config holds out. */
  readonly heldOut?: ComponentChoice;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Opens a run's data as training does, the held-out images apart.
 * @throws CLASSES_DIFFER, and what datasets and the run's selection throw
 */
export async function openRealImages(
  { container, config, classList }: Pick<OpenedGenerator, 'container' | 'config' | 'classList'>,
  { heldOut: named, onProgress }: RealImagesOptions = {},
): Promise<RealImages> {
  const open = (choice: ComponentChoice): Promise<Dataset> =>
    openDataset(container, choice, config, { ...(onProgress && { onProgress }) });
  const ofRun = (dataset: Dataset): Dataset =>
    relabelled(dataset, classList, { whose: 'the run', hint: 'Name images of the same classes.' });
  const whole = ofRun(await open(dataOfRun(config)));
  const { training, heldOut: own } = await partitionOf(whole, config).catch(async (error: unknown) => {
    await whole.close();
    throw error;
  });
  if (!named) return { training, heldOut: own, close: () => whole.close() };
  let other: Dataset | null = null;
  try {
    other = await open(named);
    other = ofRun(other);
  } catch (error) {
    await other?.close();
    await whole.close();
    throw error;
  }
  const heldOut = other;
  return {
    training,
    heldOut,
    close: async () => {
      await heldOut.close();
      await whole.close();
    },
  };
}
