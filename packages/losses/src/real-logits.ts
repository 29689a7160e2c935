import type * as tf from '@tensorflow/tfjs';
import { GanymedeError } from '@ganymede/core';

/**
 * The logits of real images that a relativistic loss compares the generator's with.
 * @throws GanymedeError `LOSS_NEEDS_REAL` when there are none
 */
export function requireReal(loss: string, real: tf.Tensor1D | undefined): tf.Tensor1D {
  if (real) return real;
  throw new GanymedeError(
    'LOSS_NEEDS_REAL',
    `${loss}.generator: expected the logits of real images as second argument, got none`,
    {
      kind: 'failed',
      hint: 'The loss sets needsReal: evaluate the discriminator on a batch of real images in the generator step.',
    },
  );
}
