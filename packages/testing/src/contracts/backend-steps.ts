import type { Backend, CompiledStep, NamedTensors } from '@ganymede/core';
import * as tf from '@tensorflow/tfjs';
import type { Close } from './backend-close.js';
import { pattern } from './naive.js';

/** What compiled steps promise: the eager result, assignments that last, variables read afresh, no leaks. */
export function backendStepTests(backend: () => Backend, close: Close): void {
  describe('compiled steps', () => {
    const held: { dispose(): void }[] = [];
    const compile = (name: string, step: (inputs: NamedTensors) => NamedTensors): CompiledStep => {
      const compiled = backend().compile(step, { name });
      held.push(compiled);
      return compiled;
    };
    const variable = (value: tf.Tensor): tf.Variable => {
      const made = tf.variable(value, false);
      value.dispose();
      held.push(made);
      return made;
    };
    const run = async (
      step: CompiledStep,
      inputs: Record<string, number[]>,
    ): Promise<Record<string, number[]>> => {
      const tensors = Object.fromEntries(
        Object.entries(inputs).map(([name, value]) => [name, tf.tensor1d(value)]),
      );
      const outputs = await step.run(tensors);
      const read = Object.entries(outputs).map(
        ([name, tensor]) => [name, Array.from(tensor.dataSync())] as const,
      );
      tf.dispose([tensors, outputs]);
      return Object.fromEntries(read);
    };

    afterEach(() => held.splice(0).forEach((one) => one.dispose()));

    test('gives what the same function gives eagerly, at every call', async () => {
      const w = tf.tensor2d(pattern(9), [3, 3]);
      const fn = ({ x }: NamedTensors): NamedTensors => ({
        y: tf
          .matMul(w, x!.reshape([3, 1]))
          .flatten()
          .softplus(),
        mean: x!.mean(),
      });
      const step = compile('function', fn);
      for (const x of [
        [1, 2, 3],
        [-1, 0.5, 2],
        [0, 0, 7],
      ]) {
        const expected = tf.tidy(() => Array.from(fn({ x: tf.tensor1d(x) })['y']!.dataSync()));
        const outputs = await run(step, { x });
        close(outputs['y']!, expected);
        close(outputs['mean']!, [(x[0]! + x[1]! + x[2]!) / 3]);
      }
      w.dispose();
    });

    test('assignments to variables last, within the step and after it', async () => {
      const count = variable(tf.scalar(1));
      const step = compile('assign', ({ x }) => {
        const before = count.clone();
        count.assign(count.mul(2).add(x!.sum()));
        return { before, after: count.clone() };
      });
      expect(await run(step, { x: [1] })).toEqual({ before: [1], after: [3] });
      expect(await run(step, { x: [0] })).toEqual({ before: [3], after: [6] });
      expect(Array.from(count.dataSync())).toEqual([6]);
    });

    test('a variable that is only read is read afresh at every call', async () => {
      const w = variable(tf.tensor1d([1, 2]));
      const reader = compile('reader', ({ x }) => ({ y: x!.mul(w) }));
      const writer = compile('writer', ({ x }) => {
        w.assign(w.add(x!));
        return { done: x!.sum() };
      });
      expect((await run(reader, { x: [1, 1] }))['y']).toEqual([1, 2]);
      await run(writer, { x: [10, 20] });
      expect((await run(reader, { x: [1, 1] }))['y']).toEqual([11, 22]);
      tf.tidy(() => w.assign(tf.tensor1d([-1, -1])));
      expect((await run(reader, { x: [1, 1] }))['y']).toEqual([-1, -1]);
      await run(writer, { x: [1, 1] });
      expect(Array.from(w.dataSync())).toEqual([0, 0]);
    });

    test('a whole training step: gradients, update, loss', async () => {
      const w = variable(tf.tensor1d([1, -2, 3]));
      w.trainable = true;
      const step = compile('train', ({ target, rate }) => {
        const { value, grads } = tf.variableGrads(() => w.sub(target!).square().sum() as tf.Scalar, [w]);
        w.assign(w.sub(grads[w.name]!.mul(rate!)) as tf.Tensor1D);
        return { loss: value };
      });
      const expected = [1, -2, 3];
      for (const rate of [0.1, 0.2]) {
        const loss = expected.reduce((sum, v) => sum + (v - 1) ** 2, 0);
        close((await run(step, { target: [1, 1, 1], rate: [rate] }))['loss']!, [loss]);
        expected.forEach((v, i) => (expected[i] = v - rate * 2 * (v - 1)));
        close(Array.from(w.dataSync()), expected);
      }
    });

    test('an input and a variable can be passed through', async () => {
      const w = variable(tf.scalar(4));
      const step = compile('through', ({ x }) => ({ x: x!.clone(), w: w.clone() }));
      expect(await run(step, { x: [3, 5] })).toEqual({ x: [3, 5], w: [4] });
    });

    test('keeps no tensors between calls', async () => {
      const w = variable(tf.tensor1d([1, 2]));
      const step = compile('leak', ({ x }) => {
        w.assign(w.add(x!.mul(2)));
        return { y: w.square().sum() };
      });
      await run(step, { x: [1, 1] });
      const before = tf.memory().numTensors;
      await run(step, { x: [1, 1] });
      await run(step, { x: [2, 1] });
      expect(tf.memory().numTensors).toBe(before);
    });

    test('an error inside the step reaches the caller, and the backend goes on', async () => {
      const step = backend().compile.bind(backend());
      const failing = async (): Promise<unknown> => {
        const compiled = step(
          () =>
            tf.tidy(() => {
              throw new Error('from inside the step');
            }),
          { name: 'failing' },
        );
        held.push(compiled);
        return compiled.run({});
      };
      await expect(failing()).rejects.toThrow('from inside the step');
      const fine = compile('fine', ({ x }) => ({ y: x!.add(1) }));
      expect(await run(fine, { x: [1] })).toEqual({ y: [2] });
    });
  });
}
