import type { Replicas } from '@ganymede/core';
import * as tf from '@tensorflow/tfjs';

/**
 * Runs what `count` replicas do, in one process: whatever they ask of each other is made of what all of them gave at that
 * point. Since one thread cannot wait for itself, all are run again once it is known, until nothing is missing; `replica` must
 * therefore do the same every time (make its layers inside).
 *
 * @returns what each replica returned
 */
export function inLockstep<T extends tf.TensorContainer>(
  count: number,
  replica: (index: number, replicas: Replicas) => T,
): T[] {
  /** What all gave, by exchange, stacked along a first dimension. */
  const known: tf.Tensor[] = [];
  try {
    for (;;) {
      const given: tf.Tensor[] = [];
      const results = Array.from({ length: count }, (_, rank) => {
        let asked = 0;
        const exchange = (x: tf.Tensor, of: (all: tf.Tensor) => tf.Tensor): tf.Tensor => {
          const position = asked++;
          if (position < known.length) return of(known[position]!);
          if (position === known.length) given.push(tf.keep(tf.clone(x)));
          return tf.clone(x);
        };
        const differentiable =
          (of: (all: tf.Tensor) => tf.Tensor, back: (dy: tf.Tensor) => tf.Tensor) =>
          (x: tf.Tensor): tf.Tensor =>
            tf.customGrad((x: tf.Tensor | tf.GradSaveFunc) => ({
              value: exchange(x as tf.Tensor, of),
              gradFunc: back,
            }))(x);
        const reduced = (of: (all: tf.Tensor) => tf.Tensor): ((x: tf.Tensor) => tf.Tensor) => {
          const reduce = differentiable(of, (dy) => reduce(dy));
          return reduce;
        };
        /** Those from `first` on, of which this one is number `own`. */
        const among = (first: number, size: number, own: number) => {
          const members = (all: tf.Tensor): tf.Tensor => tf.slice(all, first, size);
          const sum = reduced((all) => tf.sum(members(all), 0));
          return {
            rank: own,
            size,
            sum,
            mean: reduced((all) => tf.mean(members(all), 0)),
            gather: (x: tf.Tensor) => {
              const rest = x.shape.slice(1).map((): [number, number] => [0, 0]);
              const rows = x.shape[0]!;
              return sum(tf.pad(x, [[own * rows, (size - 1 - own) * rows], ...rest]));
            },
            broadcast: (x: tf.Tensor, from = 0) =>
              exchange(x, (all) => tf.squeeze(tf.slice(all, first + from, 1), [0])),
          };
        };
        const replicas = {
          ...among(0, count, rank),
          grouped: (size: number) => {
            const own = rank % size;
            return { ...among(rank - own, size, own), all: replicas };
          },
        } as Replicas;
        return tf.tidy(() => replica(rank, replicas));
      });
      if (given.length === 0) return results;
      tf.dispose(results);
      known.push(tf.keep(tf.tidy(() => tf.stack(given))));
      tf.dispose(given);
    }
  } finally {
    tf.dispose(known);
  }
}
