import {
  RandomStream,
  type NamedTensors,
  type NamedVariables,
  type Optimizer,
  type OptimizerInstance,
} from '@ganymede/core';
import * as tf from '@tensorflow/tfjs';
import { expectNoLeak } from '../leak.js';
import type { Subject } from '../subject.js';

function weights(): NamedVariables {
  const random = RandomStream.create(5, 'weights');
  return tf.tidy(() => ({
    'block.conv.weight': tf.variable(tf.tensor(random.normals(18), [3, 3, 1, 2])),
    'block.bias': tf.variable(tf.tensor(random.normals(2), [2])),
    gain: tf.variable(tf.scalar(random.nextNormal())),
  }));
}

function snapshot(variables: NamedVariables): Record<string, Float32Array> {
  return Object.fromEntries(
    Object.entries(variables).map(([name, variable]) => [name, Float32Array.from(variable.dataSync())]),
  );
}

function restore(variables: NamedVariables, values: Record<string, Float32Array>): void {
  for (const [name, variable] of Object.entries(variables)) {
    tf.tidy(() => variable.assign(tf.tensor(values[name]!, variable.shape)));
  }
}

/** Gradients of sum(w^4 / 4 + w^2 / 2): they depend on the weights and pull every weight to zero. */
function gradientsAt(variables: NamedVariables): NamedTensors {
  return Object.fromEntries(
    Object.entries(variables).map(([name, weight]) => [name, tf.tidy(() => weight.pow(3).add(weight))]),
  );
}

function updates(
  instance: OptimizerInstance,
  variables: NamedVariables,
  from: number,
  count: number,
  rate = 0.01,
): void {
  for (let step = from; step < from + count; step++) {
    tf.tidy(() => instance.apply(variables, gradientsAt(variables), tf.scalar(rate), tf.scalar(step)));
  }
}

/** What the trainer and the checkpoint rely on in an optimizer. */
export function optimizerContract(subject: Subject<Optimizer>): void {
  describe(`${subject.name}: the optimizer contract`, () => {
    let variables: NamedVariables;
    let instance: OptimizerInstance;

    beforeEach(() => {
      variables = weights();
      instance = subject.create().create(variables);
    });

    afterEach(() => {
      instance.dispose();
      tf.dispose(variables);
    });

    test('names its slots after the weights', () => {
      for (const name of Object.keys(instance.state)) {
        expect(Object.keys(variables).some((weight) => name.endsWith(`.${weight}`))).toBe(true);
      }
    });

    test('takes a whole number of gradients for a move', () => {
      const { gradientsPerMove = 1 } = instance;
      expect(Number.isInteger(gradientsPerMove) && gradientsPerMove > 0).toBe(true);
    });

    test('moves every weight downhill', () => {
      const before = snapshot(variables);
      updates(instance, variables, 1, 100);
      const after = snapshot(variables);
      const norm = (values: Float32Array): number => Math.hypot(...values);
      for (const name of Object.keys(variables)) expect(norm(after[name]!)).toBeLessThan(norm(before[name]!));
    });

    test('leaves a weight without a gradient as it is', () => {
      const before = snapshot(variables);
      tf.tidy(() => {
        const { 'block.bias': gradient } = gradientsAt(variables);
        instance.apply(variables, { 'block.bias': gradient! }, tf.scalar(0.1), tf.scalar(1));
      });
      const after = snapshot(variables);
      expect(after['block.bias']).not.toEqual(before['block.bias']);
      expect(after['gain']).toEqual(before['gain']);
      expect(after['block.conv.weight']).toEqual(before['block.conv.weight']);
    });

    test('a learning rate of zero moves no weight', () => {
      const before = snapshot(variables);
      updates(instance, variables, 1, 3, 0);
      expect(snapshot(variables)).toEqual(before);
    });

    test('resumes exactly from its state', () => {
      updates(instance, variables, 1, 5);
      const savedWeights = snapshot(variables);
      const savedState = snapshot(instance.state);
      updates(instance, variables, 6, 5);

      const otherVariables = weights();
      const other = subject.create().create(otherVariables);
      expect(Object.keys(other.state)).toEqual(Object.keys(instance.state));
      restore(otherVariables, savedWeights);
      restore(other.state, savedState);
      updates(other, otherVariables, 6, 5);
      expect(snapshot(otherVariables)).toEqual(snapshot(variables));
      expect(snapshot(other.state)).toEqual(snapshot(instance.state));
      other.dispose();
      tf.dispose(otherVariables);
    });

    test('reads no value on the host, so that a compiled step can hold it', () => {
      const gradients = gradientsAt(variables);
      const rate = tf.scalar(0.1);
      const step = tf.scalar(1);
      const { dataSync, data } = tf.Tensor.prototype;
      const refuse = (): never => {
        throw new Error('optimizer contract: expected no value to be read inside apply');
      };
      tf.Tensor.prototype.dataSync = refuse;
      tf.Tensor.prototype.data = refuse;
      try {
        tf.tidy(() => instance.apply(variables, gradients, rate, step));
      } finally {
        tf.Tensor.prototype.dataSync = dataSync;
        tf.Tensor.prototype.data = data;
      }
      tf.dispose([gradients, rate, step]);
    });

    test('leaks nothing, and frees its slots', () => {
      const gradients = gradientsAt(variables);
      const rate = tf.scalar(0.1);
      const step = tf.scalar(1);
      expectNoLeak(() => instance.apply(variables, gradients, rate, step));
      expectNoLeak(() => subject.create().create(variables).dispose());
      tf.dispose([gradients, rate, step]);
    });
  });
}
