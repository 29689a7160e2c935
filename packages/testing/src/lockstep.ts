import type { Replicas } from '@ganymede/core';
import * as tf from '@tensorflow/tfjs';

/**
 * Runs what `count` replicas do, in one process: every `replicas.mean` that they ask for is the mean of what all of them
 * gave at that point. Since one thread cannot wait for itself, all are run again once a mean is known, until none is
 * missing; `replica` must therefore do the same every time (make its layers inside).
 *
 * @returns what each replica returned
 */
export function inLockstep<T extends tf.TensorContainer>(
  count: number,
  replica: (index: number, replicas: Replicas) => T,
): T[] {
  const means: tf.Tensor[] = [];
  try {
    for (;;) {
      const given: tf.Tensor[] = [];
      const results = Array.from({ length: count }, (_, index) => {
        let asked = 0;
        const replicas: Replicas = {
          count,
          mean: (x) => {
            const position = asked++;
            if (position < means.length) return tf.clone(means[position]!) as typeof x;
            if (position === means.length) given.push(tf.keep(tf.clone(x)));
            return tf.clone(x);
          },
        };
        return tf.tidy(() => replica(index, replicas));
      });
      if (given.length === 0) return results;
      tf.dispose(results);
      means.push(tf.keep(tf.tidy(() => tf.mean(tf.stack(given), 0))));
      tf.dispose(given);
    }
  } finally {
    tf.dispose(means);
  }
}
