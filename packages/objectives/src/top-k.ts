import * as tf from '@tensorflow/tfjs';
import { defineComponent, type Objective } from '@ganymede/core';
import { ScheduledNumber } from '@ganymede/core/scheduled-number';
import { scheduled } from '@ganymede/core/scheduled-option';
import { stopGradient } from '@ganymede/ops';
import { z } from 'zod';

const part = z.number().gt(0).max(1);

export const topKOptions = z.strictObject({
  part: scheduled(part)
    .default({ from: 1, to: 0.5, over: 50_000, start: 0, curve: 'exponential', unit: 'steps' })
    .describe('k as a part of the micro-batch; published: from 1 to 0.5, by a constant factor each epoch'),
});

/**
 * Top-k training (arXiv:2002.06224, section 3): G learns from the k images of a batch that D takes for most real,
 *
 *     G: L(top_k D(G(z)))
 *
 * Each logit goes on as l' = c + w (l - c), with c its value as a constant and w = B/k for the k largest, else 0: the loss
 * reported is that of the whole batch, its gradient that of the mean over the k, exactly, for every loss that is a mean over
 * images. k is the part of the batch, rounded down, at least 1.
 */
export class TopK implements Objective {
  readonly acrossImages = true;
  private readonly options: z.output<typeof topKOptions>;

  constructor(options: z.input<typeof topKOptions> = {}) {
    this.options = topKOptions.parse(options);
  }

  create(): ReturnType<Objective['create']> {
    const share = new ScheduledNumber(this.options.part);
    return {
      scheduled: [share],
      changeFakeLogits: (logits) =>
        tf.tidy(() => {
          const [value, weight] = stopGradient<[tf.Tensor1D, tf.Tensor1D]>(() => {
            const batch = logits.size;
            // A little more, since 0.3 * 10 may round to just below 3.
            const k = tf.maximum(tf.floor(tf.mul(share.value, batch).add(1e-4)), 1);
            const column = logits.expandDims(1);
            const index = tf.range(0, batch);
            const isAbove = logits.expandDims(0).greater(column);
            const isTieBefore = logits
              .expandDims(0)
              .equal(column)
              .logicalAnd(index.expandDims(0).less(index.expandDims(1)));
            const rank = isAbove.logicalOr(isTieBefore).cast('float32').sum(1); // [B], 0 for the largest
            const chosen = rank.less(k).cast('float32').mul(tf.div(batch, k)) as tf.Tensor1D;
            return [logits.clone(), chosen];
          });
          return value.add(weight.mul(logits.sub(value)));
        }),
    };
  }
}

export const topK = defineComponent({
  slot: 'objective',
  id: 'top-k',
  summary: 'The generator learns from the part of its images that the discriminator takes for most real.',
  cites: ['arXiv:2002.06224'],
  options: topKOptions,
  create: (options) => new TopK(options),
});
