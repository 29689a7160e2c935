import * as tf from '@tensorflow/tfjs';
import { defineComponent, GanymedeError, type Loss } from '@ganymede/core';
import { z } from 'zod';
import { requireReal } from './real-logits.js';

/**
 * Relativistic pairing loss, RSGAN (arXiv:1807.00734, section 4.1; arXiv:2501.05441, section 2), on logits.
 *
 *     D: E softplus(-(D(x) - D(G(z))))        G: E softplus(-(D(G(z)) - D(x)))
 *
 * The i-th real image is compared with the i-th fake one, so both batches have one size, and both images of
 * a pair are of one class. D's loss is one term: half
 * of it is reported as `real` and half as `fake`, and their sum is the loss.
 */
export class RelativisticPairLoss implements Loss {
  readonly needsReal = true;
  readonly comparesPairs = true;
  readonly outputs = 'differences';

  discriminator(real: tf.Tensor1D, fake: tf.Tensor1D): { real: tf.Scalar; fake: tf.Scalar } {
    const half = (): tf.Scalar => pairLoss(real, fake).mul(0.5);
    return { real: tf.tidy(half), fake: tf.tidy(half) };
  }

  generator(fake: tf.Tensor1D, real?: tf.Tensor1D): tf.Scalar {
    const reals = requireReal('relativistic-pair', real);
    return tf.tidy(() => pairLoss(fake, reals));
  }
}

/** E softplus(lower - upper), pair by pair. */
function pairLoss(upper: tf.Tensor1D, lower: tf.Tensor1D): tf.Scalar {
  if (upper.shape[0] !== lower.shape[0]) {
    throw new GanymedeError(
      'LOSS_BATCH_MISMATCH',
      `relativistic-pair: expected as many real logits as fake ones, got ${upper.shape[0]} and ${lower.shape[0]}`,
      { kind: 'failed' },
    );
  }
  return lower.sub(upper).softplus().mean();
}

export const relativisticPair = defineComponent({
  slot: 'loss',
  id: 'relativistic-pair',
  summary: 'Whether each real image is more real than the fake one it is paired with.',
  cites: ['arXiv:1807.00734', 'arXiv:2501.05441'],
  options: z.strictObject({}),
  create: () => new RelativisticPairLoss(),
});
