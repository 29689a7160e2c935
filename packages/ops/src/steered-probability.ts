import * as tf from '@tensorflow/tfjs';
import type { NamedVariables, Replicas } from '@ganymede/core';

export interface SteeredProbabilityOptions {
  /** What the mean sign of D's logits on real images is held at. */
  readonly target: number;
  /** Micro-batches of D between two moves of p. */
  readonly interval: number;
  /** Real images in which p could go from 0 to 1. */
  readonly speed: number;
  /** p at the start. */
  readonly initial: number;
}

/**
 * A probability that is steered by how far D overfits (ADA, arXiv:2006.06676, section 3.1), as APA has it too:
 *
 *     r = E sign(D(x)) over the real images of `interval` micro-batches
 *     p <- clip(p + sign(r - target) * images / speed, 0, 1)
 *
 * Its state is p, and the sum and the number of signs and the micro-batches since p was last moved.
 */
export class SteeredProbability {
  readonly p: tf.Variable<tf.Rank.R0>;
  readonly state: NamedVariables;
  private readonly signs = scalarVariable(0);
  private readonly images = scalarVariable(0);
  private readonly batches = scalarVariable(0);

  constructor(private readonly options: SteeredProbabilityOptions) {
    this.p = scalarVariable(options.initial);
    this.state = { p: this.p, signs: this.signs, images: this.images, batches: this.batches };
  }

  /**
   * Takes the logits of a micro-batch in, and moves p when an interval is full.
   * @param logits - of real images, [B]
   * @param isSteered - false: the signs are counted and p stays
   * @param replicas - hold parts of the micro-batch, all of which count
   * @returns r over the micro-batches since the last move, this one included
   */
  observe(logits: tf.Tensor1D, isSteered = true, replicas?: Replicas): tf.Scalar {
    const { target, interval, speed } = this.options;
    return tf.tidy(() => {
      const count = logits.size * (replicas?.size ?? 1);
      const own = logits.sign().sum();
      const signs = this.signs.add(replicas ? replicas.sum(own) : own);
      const images = this.images.add(count);
      const batches = this.batches.add(1);
      const isFull = batches.greaterEqual(interval).cast('float32');
      const overfitting = signs.div(images) as tf.Scalar;
      if (isSteered) {
        const move = overfitting.sub(target).sign().mul(images).div(speed).mul(isFull);
        this.p.assign(this.p.add(move).clipByValue(0, 1) as tf.Scalar);
      }
      const goesOn = tf.sub(1, isFull);
      this.signs.assign(signs.mul(goesOn));
      this.images.assign(images.mul(goesOn));
      this.batches.assign(batches.mul(goesOn));
      return overfitting;
    });
  }
}

function scalarVariable(value: number): tf.Variable<tf.Rank.R0> {
  return tf.tidy(() => tf.variable(tf.scalar(value), false));
}
