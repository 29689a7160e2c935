import * as tf from '@tensorflow/tfjs';
import { RandomStream, type NamedTensors } from '@ganymede/core';
import { backendContract, fromComponent } from '@ganymede/testing';
import { wasm } from './wasm.js';
import { WasmBackend } from './wasm-backend.js';

backendContract(fromComponent(wasm, { threads: 1 }));
backendContract(fromComponent(wasm, { threads: 2 }));

describe('wasm', () => {
  test('says what it runs on', async () => {
    const backend = new WasmBackend(2);
    const description = await backend.activate();
    expect(description).toMatchObject({ name: 'wasm', device: 'cpu', threads: 2 });
    expect(description.library).toBe('tfjs-backend-wasm 4.22.0');
    expect(await backend.activate()).toEqual(description);
    backend.dispose();
    expect(tf.findBackendFactory('wasm')).toBeNull();
  });

  test('two at once are refused, one after the other are not', async () => {
    const first = new WasmBackend(1);
    const second = new WasmBackend(1);
    await first.activate();
    await expect(second.activate()).rejects.toMatchObject({ code: 'BACKEND_IN_USE' });
    second.dispose();
    expect(tf.getBackend()).toBe('wasm');
    first.dispose();
    await expect(second.activate()).resolves.toMatchObject({ threads: 1 });
    second.dispose();
  });

  test('bfloat16 is refused', () => {
    expect(() => new WasmBackend().compile(() => ({}), { name: 'D', precision: 'bfloat16' })).toThrow(
      expect.objectContaining({ code: 'PRECISION_UNSUPPORTED' }),
    );
  });

  test.each([{ threads: -1 }, { threads: 9 }, { threads: 1.5 }, { wide: 1 }])(
    'options %j are refused',
    (options) => {
      expect(wasm.options.safeParse(options).success).toBe(false);
    },
  );

  test('threads give what one thread gives', async () => {
    const product = async (threads: number): Promise<Float32Array> => {
      const backend = new WasmBackend(threads);
      await backend.activate();
      const random = RandomStream.create(5, 'threads');
      const result = tf.tidy(() => {
        const x = tf.tensor4d(random.normals(4 * 16 * 16 * 32), [4, 16, 16, 32]);
        const w = tf.tensor4d(random.normals(9 * 32 * 32), [3, 3, 32, 32]);
        const loss = (a: tf.Tensor, b: tf.Tensor): tf.Tensor =>
          tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 1, 'same');
        const gradients = tf.grads(loss)([x, w]);
        return tf.concat(gradients.map((gradient) => tf.reshape(gradient, [-1]))).dataSync() as Float32Array;
      });
      backend.dispose();
      return result;
    };
    expect(await product(3)).toEqual(await product(1));
  });
});

describe('training', () => {
  const backend = new WasmBackend(2);
  beforeAll(async () => {
    await backend.activate();
  });
  afterAll(() => backend.dispose());

  const heapBytes = (): number =>
    (tf.backend() as unknown as { wasm: { HEAPU8: Uint8Array } }).wasm.HEAPU8.byteLength;

  test('a convolutional network learns, and 100 steps leave nothing behind', async () => {
    const random = RandomStream.create(1, 'training');
    const normal = (shape: number[], deviation: number): tf.Variable => {
      const size = shape.reduce((product, length) => product * length, 1);
      const value = tf.tensor(
        random.normals(size).map((v) => v * deviation),
        shape,
      );
      const variable = tf.variable(value);
      value.dispose();
      return variable;
    };
    // Which half of an image is bright: a convolution, a strided one, a pooling and a product.
    const weights = {
      first: normal([3, 3, 1, 8], 0.3),
      second: normal([4, 4, 8, 8], 0.1),
      last: normal([8, 1], 0.3),
    };
    const step = backend.compile(
      ({ images, sides, rate }: NamedTensors) => {
        const { value, grads } = tf.variableGrads(() => {
          const h = tf.relu(
            tf.conv2d(images as tf.Tensor4D, weights.first as tf.Variable<tf.Rank.R4>, 1, 'same'),
          );
          const g = tf.relu(
            tf.conv2d(h as tf.Tensor4D, weights.second as tf.Variable<tf.Rank.R4>, 2, 'same'),
          );
          const left = tf.mean(tf.slice(g, [0, 0, 0, 0], [-1, -1, 2, -1]), [1, 2]);
          const logits = tf.matMul(left as tf.Tensor2D, weights.last as tf.Variable<tf.Rank.R2>);
          return tf.mean(tf.softplus(tf.neg(tf.mul(tf.reshape(logits, [-1]), sides!)))) as tf.Scalar;
        }, Object.values(weights));
        for (const weight of Object.values(weights))
          weight.assign(tf.sub(weight, tf.mul(grads[weight.name]!, rate!)));
        return { loss: value };
      },
      { name: 'train' },
    );
    const run = async (): Promise<number> => {
      const sides = Float32Array.from({ length: 16 }, () => (random.nextUniform() < 0.5 ? -1 : 1));
      const images = Float32Array.from({ length: 16 * 64 }, (_, i) => {
        const bright = sides[Math.floor(i / 64)]! < 0 === i % 8 < 4;
        return (bright ? 1 : 0) + 0.1 * random.nextNormal();
      });
      const inputs = {
        images: tf.tensor4d(images, [16, 8, 8, 1]),
        sides: tf.tensor1d(sides),
        rate: tf.scalar(1),
      };
      const { loss } = await step.run(inputs);
      const value = loss!.dataSync()[0]!;
      tf.dispose([inputs, loss!]);
      return value;
    };
    const first = await run();
    await run();
    const tensors = tf.memory().numTensors;
    const buffers = tf.memory().numDataBuffers;
    const heap = heapBytes();
    let last = first;
    for (let i = 0; i < 100; i++) last = await run();
    expect(first).toBeGreaterThan(0.4);
    expect(last).toBeLessThan(0.1);
    expect(tf.memory().numTensors).toBe(tensors);
    expect(tf.memory().numDataBuffers).toBe(buffers);
    expect(heapBytes()).toBe(heap);
    step.dispose();
    await expect(step.run({})).rejects.toMatchObject({ code: 'STEP_DISPOSED' });
    tf.dispose(Object.values(weights));
  });

  test('timers have their turn between steps', async () => {
    const step = backend.compile(({ x }) => ({ y: tf.square(x!) }), { name: 'square' });
    const x = tf.scalar(3);
    const ticks: number[] = [];
    const timer = setInterval(() => ticks.push(1), 1);
    for (let i = 0; i < 200 && ticks.length === 0; i++) {
      const until = performance.now() + 1;
      while (performance.now() < until);
      tf.dispose(await step.run({ x }));
    }
    clearInterval(timer);
    x.dispose();
    expect(ticks.length).toBeGreaterThan(0);
  });
});
