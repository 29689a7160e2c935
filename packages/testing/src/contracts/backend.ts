import type { Backend, BackendDescription, CompiledStep, NamedTensors } from '@ganymede/core';
import * as tf from '@tensorflow/tfjs';
import { expectAllclose } from '../allclose.js';
import { expectGradient } from '../gradient.js';
import type { Subject } from '../subject.js';
import { naiveConv2d, pattern } from './naive.js';

export interface BackendContractOptions {
  /** Relative to the largest expected value of each result; default 1e-5 (float32). */
  readonly tolerance?: number;
}

/**
 * What the toolkit relies on in a backend: a representative set of kernels against values computed on the host in
 * float64, gradients of first and second order, and compiled steps that own their state.
 */
export function backendContract(
  subject: Subject<Backend>,
  { tolerance = 1e-5 }: BackendContractOptions = {},
): void {
  describe(`${subject.name}: the backend contract`, () => {
    let backend: Backend;
    let description: BackendDescription;
    const close = (actual: tf.Tensor | readonly number[], expected: readonly number[]): void => {
      const scale = Math.max(1e-30, ...expected.map(Math.abs));
      const data = Array.isArray(actual)
        ? (actual as number[])
        : Array.from((actual as tf.Tensor).dataSync());
      expectAllclose(data, [...expected], { rtol: 0, atol: tolerance * scale });
    };

    beforeAll(async () => {
      backend = subject.create();
      description = await backend.activate();
    });

    afterAll(() => backend.dispose());

    test('says what it runs on', () => {
      expect(description.name.length).toBeGreaterThan(0);
      expect(description.device.length).toBeGreaterThan(0);
      expect(description.threads).toBeGreaterThanOrEqual(1);
    });

    describe('kernels', () => {
      test('matrix product, with transposes', () => {
        tf.tidy(() => {
          const a = tf.tensor2d(pattern(6), [2, 3]);
          const b = tf.tensor2d(pattern(12, 1), [3, 4]);
          const expected = [0, 1].flatMap((i) =>
            [0, 1, 2, 3].map((j) =>
              [0, 1, 2].reduce((sum, k) => sum + pattern(6)[i * 3 + k]! * pattern(12, 1)[k * 4 + j]!, 0),
            ),
          );
          close(tf.matMul(a, b), expected);
          close(tf.matMul(a.transpose(), b.transpose(), true, true), expected);
        });
      });

      test.each([
        [3, 1],
        [3, 2],
        [1, 1],
        [4, 2],
      ] as const)('%ix%i convolution, stride %i, same padding', (kernel, stride) => {
        const x = pattern(2 * 6 * 6 * 3);
        const w = pattern(kernel * kernel * 3 * 4, 1);
        tf.tidy(() => {
          const y = tf.conv2d(
            tf.tensor4d(x, [2, 6, 6, 3]),
            tf.tensor4d(w, [kernel, kernel, 3, 4]),
            stride,
            'same',
          );
          close(y, naiveConv2d(x, [2, 6, 6, 3], w, [kernel, kernel, 3, 4], stride));
        });
      });

      test("a convolution's gradients", () => {
        tf.tidy(() => {
          for (const [kernel, stride] of [
            [3, 1],
            [4, 2],
            [1, 1],
          ] as const) {
            const x = tf.tensor4d(pattern(2 * 6 * 6 * 2), [2, 6, 6, 2]);
            const w = tf.tensor4d(pattern(kernel * kernel * 2 * 3, 1), [kernel, kernel, 2, 3]);
            expectGradient((a, b) => tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, stride, 'same'), [x, w], {
              tolerance: 5e-3,
            });
          }
        });
      });

      test("a penalty on the input's gradient, through a convolution", () => {
        tf.tidy(() => {
          const x = tf.tensor4d(pattern(1 * 4 * 4 * 2), [1, 4, 4, 2]);
          const w = tf.tensor4d(pattern(3 * 3 * 2 * 2, 1), [3, 3, 2, 2]);
          const inputGradient = (image: tf.Tensor, kernel: tf.Tensor): tf.Tensor =>
            tf.grad((a: tf.Tensor) =>
              tf
                .conv2d(a as tf.Tensor4D, kernel as tf.Tensor4D, 1, 'same')
                .softplus()
                .sum(),
            )(image);
          expectGradient(inputGradient, [x, w], { tolerance: 5e-3 });
        });
      });

      test('transposed convolution is the adjoint of convolution', () => {
        tf.tidy(() => {
          const x = tf.tensor4d(pattern(1 * 6 * 6 * 2), [1, 6, 6, 2]);
          const w = tf.tensor4d(pattern(4 * 4 * 2 * 3, 1), [4, 4, 2, 3]);
          const y = tf.tensor4d(pattern(1 * 3 * 3 * 3, 2), [1, 3, 3, 3]);
          const forward = tf.conv2d(x, w, 2, 'same').mul(y).sum();
          const backward = tf.conv2dTranspose(y, w, [1, 6, 6, 2], 2, 'same').mul(x).sum();
          close(backward, [forward.dataSync()[0]!]);
        });
      });

      test('element-wise functions', () => {
        const x = pattern(17).map((value) => 3 * value);
        tf.tidy(() => {
          const t = tf.tensor1d(x);
          close(
            t.relu(),
            x.map((v) => Math.max(v, 0)),
          );
          close(
            t.softplus(),
            x.map((v) => Math.log1p(Math.exp(v))),
          );
          close(
            t.sigmoid(),
            x.map((v) => 1 / (1 + Math.exp(-v))),
          );
          close(t.tanh(), x.map(Math.tanh));
          close(t.exp(), x.map(Math.exp));
          close(t.expm1(), x.map(Math.expm1));
          close(
            t.abs().sqrt(),
            x.map((v) => Math.sqrt(Math.abs(v))),
          );
          close(
            t.abs().add(1).rsqrt(),
            x.map((v) => 1 / Math.sqrt(1 + Math.abs(v))),
          );
          close(
            tf.where(t.greater(0), t, t.mul(0.2)),
            x.map((v) => (v > 0 ? v : 0.2 * v)),
          );
        });
      });

      test('reductions, concatenation, slices, padding, gathering', () => {
        const x = pattern(12);
        tf.tidy(() => {
          const t = tf.tensor2d(x, [3, 4]);
          close(
            t.mean(0),
            [0, 1, 2, 3].map((j) => (x[j]! + x[4 + j]! + x[8 + j]!) / 3),
          );
          close(
            t.sum(1),
            [0, 1, 2].map((i) => x.slice(4 * i, 4 * i + 4).reduce((a, b) => a + b, 0)),
          );
          close(
            t.max(1),
            [0, 1, 2].map((i) => Math.max(...x.slice(4 * i, 4 * i + 4))),
          );
          close(
            tf.concat([t, t], 1),
            [0, 1, 2].flatMap((i) => [...x.slice(4 * i, 4 * i + 4), ...x.slice(4 * i, 4 * i + 4)]),
          );
          close(t.slice([1, 1], [1, 2]), x.slice(5, 7));
          close(
            tf.pad(t.slice([0, 0], [1, 2]), [
              [0, 0],
              [1, 0],
            ]),
            [0, x[0]!, x[1]!],
          );
          close(tf.gather(t, tf.tensor1d([2, 0], 'int32')), [...x.slice(8), ...x.slice(0, 4)]);
          const rows = tf.softmax(t).sum(1);
          close(rows, [1, 1, 1]);
        });
      });

      test('the gradient of gathering adds up rows that were taken twice', () => {
        tf.tidy(() => {
          const gradient = tf.grad((t: tf.Tensor) => tf.gather(t, tf.tensor1d([2, 0, 2], 'int32')).sum())(
            tf.ones([3, 2]),
          );
          close(gradient, [1, 1, 0, 0, 2, 2]);
        });
      });

      test('average pooling and its gradient', () => {
        const x = pattern(16);
        tf.tidy(() => {
          const t = tf.tensor4d(x, [1, 4, 4, 1]);
          const expected = [0, 2, 8, 10].map((i) => (x[i]! + x[i + 1]! + x[i + 4]! + x[i + 5]!) / 4);
          close(tf.avgPool(t, 2, 2, 'valid'), expected);
          close(
            tf.grad((a: tf.Tensor) => tf.avgPool(a as tf.Tensor4D, 2, 2, 'valid').sum())(t),
            x.map(() => 0.25),
          );
        });
      });
    });

    describe('compiled steps', () => {
      const held: { dispose(): void }[] = [];
      const compile = (name: string, step: (inputs: NamedTensors) => NamedTensors): CompiledStep => {
        const compiled = backend.compile(step, { name });
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
        const step = backend.compile.bind(backend);
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
  });
}
