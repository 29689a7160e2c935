import * as tf from '@tensorflow/tfjs';
import type { DiscriminatorPass, ObjectiveStep, Regularizer } from '@ganymede/core';
import { componentContract, expectAllclose, fromComponent, regularizerContract } from '@ganymede/testing';
import { linearScene } from '../testing/linear-scene.js';
import { Lecam, lecam } from './lecam.js';

componentContract(lecam);
regularizerContract({ name: 'regularizer lecam of a run under way', create: () => underWay(new Lecam()) });
regularizerContract({
  name: 'regularizer lecam of a run under way, without a start',
  create: () => underWay(fromComponent(lecam, { weight: 2, decay: 0.9, start: 0 }).create()),
});

/** With averages far apart: no logit is near the kink of its term, where differences would be invalid. */
function underWay(regularizer: Regularizer): Regularizer {
  const settled = { realMean: 10, fakeMean: -10, steps: 5000 };
  tf.tidy(() => {
    for (const [name, value] of Object.entries(settled)) regularizer.state![name]!.assign(tf.scalar(value));
  });
  return regularizer;
}

beforeAll(() => tf.setBackend('cpu'));

/** A step whose logits are given. */
function step(real: number[], fake: number[]): ObjectiveStep {
  return stepOf(tf.tensor1d(real), tf.tensor1d(fake));
}

function stepOf(real: tf.Tensor1D, fake: tf.Tensor1D): ObjectiveStep {
  const scene = linearScene([1, 0, 0, 0]).step();
  return {
    ...scene,
    real: { logits: real } as unknown as DiscriminatorPass,
    fake: { logits: fake } as unknown as DiscriminatorPass,
  };
}

describe('Lecam', () => {
  test('holds logits near the average of the other side', () => {
    const regularizer = new Lecam({ weight: 2, start: 0 });
    tf.tidy(() => {
      const seen = step([1, 3], [-2, 0]);
      regularizer.observe(seen);
      expectAllclose(regularizer.state.realMean!, 2);
      expectAllclose(regularizer.state.fakeMean!, -1);
      // Real: 1 + 1 and 3 + 1; generated: 2 + 2 and 2 - 0.
      expectAllclose(regularizer.penalty(seen), 2 * ((4 + 16) / 2 + (16 + 4) / 2));
      // On the far side nothing is held: real logits below the average of the generated ones, and the other way round.
      expectAllclose(regularizer.penalty(step([-2, -5], [3, 2])), 0);
    });
  });

  test('averages copy until the start, then decay; the penalty sets in after it', () => {
    const regularizer = new Lecam({ weight: 1, decay: 0.9, start: 2 });
    tf.tidy(() => {
      const penalties = [1, 2, 3, 4].map((real) => {
        const seen = step([real], [0]);
        regularizer.observe(seen);
        return regularizer.penalty(seen).dataSync()[0]!;
      });
      const third = 0.9 * 2 + 0.1 * 3;
      const fourth = 0.9 * third + 0.1 * 4;
      expectAllclose(regularizer.state.realMean!, fourth);
      expectAllclose(regularizer.state.steps!, 4);
      expectAllclose(penalties, [0, 0, 9 + third ** 2, 16 + fourth ** 2]);
    });
  });

  test('the averages are constants to the gradient', () => {
    const regularizer = new Lecam({ weight: 1, start: 0 });
    const logit = tf.variable(tf.scalar(3));
    tf.tidy(() => {
      const { grads } = tf.variableGrads(() => {
        const seen = stepOf(tf.reshape<tf.Rank.R1>(logit, [1]), tf.tensor1d([1]));
        regularizer.observe(seen);
        return regularizer.penalty(seen);
      }, [logit]);
      // (3 - 1)^2 has the derivative 4; the second term, (3 - 1)^2 of the averages, has none.
      expectAllclose(grads[logit.name]!, 4);
    });
    logit.dispose();
  });
});
