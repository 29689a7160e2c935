import { join } from 'node:path';
import { readCheckpoint } from '@ganymede/checkpoints';
import { disposeNetwork, isGanymedeError, stateOf, weightsOf, type Discriminator } from '@ganymede/core';
import { noDiscriminatorToShow } from '../errors.js';
import { createDiscriminator } from '../engine/networks.js';
import type { OpenedGenerator } from './open-generator.js';
import { hostFloats } from '../training/training-session.js';
import { assignVariables } from '../engine/variables.js';

const file = 'discriminator.safetensors';

/**
 * The discriminator of the checkpoint that a generator was opened from; the caller disposes of it.
 * @throws NO_DISCRIMINATOR, WEIGHTS_MISMATCH
 */
export async function openDiscriminator(
  run: string,
  { container, config, classes, shape, folder }: OpenedGenerator,
): Promise<Discriminator> {
  const { tensorFiles } = await readCheckpoint(folder, [file]).catch((error: unknown) => {
    throw isGanymedeError(error) && error.code === 'CHECKPOINT_FILE_MISSING'
      ? noDiscriminatorToShow(run)
      : error;
  });
  const discriminator = createDiscriminator(container.resolve('discriminator', config.discriminator), {
    imageShape: shape,
    classes: classes.length,
    seed: config.seed,
  });
  try {
    assignVariables(
      join(folder, file),
      { ...weightsOf(discriminator), ...stateOf(discriminator) },
      hostFloats(tensorFiles[file]!),
    );
  } catch (error) {
    disposeNetwork(discriminator);
    throw error;
  }
  return discriminator;
}
