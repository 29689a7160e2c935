import * as tf from '@tensorflow/tfjs';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SavedModelSession } from '@ganymede/tensorflow';
import { savedModelFile, writeSavedModel, type SavedModelProgram } from './write-saved-model.js';

/*
 * Functions whose sizes follow the number of rows in each way that TensorFlow's ops have: shapes, repetitions, constants
 * with a row each. Networks are compared in the toolkit.
 */

const folder = mkdtempSync(join(tmpdir(), 'ganymede-saved-'));
let kernel: tf.Variable<tf.Rank.R4>;
beforeAll(async () => {
  await tf.setBackend('cpu');
  kernel = tf.variable(tf.randomNormal<tf.Rank.R4>([3, 3, 2, 4], 0, 1, 'float32', 7));
});
afterAll(() => {
  tf.disposeVariables();
  rmSync(folder, { recursive: true });
});

const x = { shape: [4, 4, 2], dtype: 'float32' } as const;

/** Writes a program, and runs it on so many rows of x in TensorFlow. */
async function compared(program: SavedModelProgram, rows: number): Promise<readonly [number[], number[]]> {
  const { bytes } = await writeSavedModel(program);
  expect(tf.getBackend()).toBe('cpu');
  writeFileSync(join(folder, savedModelFile), bytes);
  const session = SavedModelSession.open(folder);
  const input = tf.randomNormal([rows, ...x.shape], 0, 1, 'float32', 3);
  const data = input.dataSync<'float32'>();
  const [found] = session.run({ x: { shape: input.shape, dtype: 'float32', data } }, ['y']);
  session.close();
  const expected = tf.tidy(() => program.run({ x: input })['y']!);
  expect(found!.shape).toEqual(expected.shape);
  return [[...found!.data], [...expected.dataSync()]];
}

test.each<[string, (x: tf.Tensor) => tf.Tensor]>([
  [
    'a convolution and a reshape',
    (one) => tf.reshape(tf.conv2d(one as tf.Tensor4D, kernel, 1, 'same'), [-1, 64]),
  ],
  [
    'a transposed convolution, whose size is an operand',
    (one) =>
      tf.conv2dTranspose(
        one as tf.Tensor4D,
        tf.transpose(kernel, [0, 1, 3, 2]),
        [one.shape[0]!, 8, 8, 4],
        2,
        'same',
      ),
  ],
  ['rows of ones', (one) => tf.add(tf.ones(one.shape), one)],
  [
    'a repeated constant',
    (one) => tf.mul(tf.tile(tf.tensor4d([1, 2], [1, 1, 1, 2]), [one.shape[0]!, 4, 4, 1]), one),
  ],
  ['twice as many rows, halved again', (one) => tf.slice(tf.concat([one, one]), 0, one.shape[0])],
  [
    'integers',
    (one) =>
      tf
        .cast(tf.fill([one.shape[0]!, 3], 2, 'int32'), 'float32')
        .add(tf.mean(one, [1, 2, 3]).reshape([-1, 1])),
  ],
])('%s: the same for one row and for five', async (_, body) => {
  for (const rows of [1, 5]) {
    const [found, expected] = await compared(
      { inputs: { x }, run: (inputs) => ({ y: body(inputs['x']!) }) },
      rows,
    );
    expect(found).toHaveLength(expected.length);
    found.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 4));
    expect(new Set(expected).size).toBeGreaterThan(rows === 5 ? 1 : 0);
  }
});

test('what is computed of constants alone is in the graph as its result', async () => {
  const norm = (one: tf.Tensor): tf.Tensor =>
    tf.conv2d(one as tf.Tensor4D, tf.div(kernel, tf.norm(kernel)), 1, 'same');
  const { bytes } = await writeSavedModel({ inputs: { x }, run: (inputs) => ({ y: norm(inputs['x']!) }) });
  const text = Buffer.from(bytes).toString('latin1');
  expect(text).toContain('Conv2D');
  expect(text).not.toMatch(/RealDiv|Square|Sqrt/);
});

test('an input or a result may be named batch', async () => {
  for (const [from, to] of [
    ['batch', 'rows'],
    ['rows', 'batch'],
  ] as const) {
    const { bytes } = await writeSavedModel({
      inputs: { [from]: { shape: [2], dtype: 'float32' } },
      run: (inputs) => ({ [to]: tf.add(tf.ones(inputs[from]!.shape), inputs[from]!) }),
    });
    writeFileSync(join(folder, savedModelFile), bytes);
    const session = SavedModelSession.open(folder);
    const data = Float32Array.of(1, 2, 3, 4);
    const [found] = session.run({ [from]: { shape: [2, 2], dtype: 'float32', data } }, [to]);
    session.close();
    expect([...found!.data]).toEqual([2, 3, 4, 5]);
  }
});

test('inputs that no result needs are no part of the signature', async () => {
  const y = { shape: [], dtype: 'int32' } as const;
  const run: SavedModelProgram['run'] = (inputs) => ({ y1: tf.relu(inputs['x']!) });
  expect((await writeSavedModel({ inputs: { x, y }, run })).inputs).toEqual(['x']);
});

test.each<[string, (x: tf.Tensor) => tf.Tensor, string]>([
  ['a number made of the number of rows', (one) => tf.div(one, one.shape[0]!), 'SAVED_MODEL_BATCH_DEPENDENT'],
  [
    'rows that differ',
    (one) => tf.mul(one, tf.reshape(tf.range(0, one.shape[0]!), [-1, 1, 1, 1])),
    'SAVED_MODEL_BATCH_DEPENDENT',
  ],
  ['a result without rows', (one) => tf.mean(one), 'SAVED_MODEL_BATCH_DEPENDENT'],
  ['a value that is read', (one) => tf.mul(one, one.dataSync()[0]!), 'VALUE_READ_IN_TRACE'],
])('%s is refused, and leaves tfjs as it was', async (_, body, code) => {
  const tensors = tf.memory().numTensors;
  await expect(
    writeSavedModel({ inputs: { x }, run: (inputs) => ({ y: body(inputs['x']!) }) }),
  ).rejects.toMatchObject({ code });
  expect(tf.getBackend()).toBe('cpu');
  expect(tf.memory().numTensors).toBe(tensors);
  expect([...kernel.dataSync()].every(Number.isFinite)).toBe(true);
});

test('a folder that is no SavedModel, and a node that is not there, are named', async () => {
  expect(() => SavedModelSession.open(join(folder, 'none'))).toThrow(
    expect.objectContaining({ code: 'TENSORFLOW_ERROR' }),
  );
  const { bytes } = await writeSavedModel({ inputs: { x }, run: (inputs) => ({ y: tf.relu(inputs['x']!) }) });
  writeFileSync(join(folder, savedModelFile), bytes);
  const session = SavedModelSession.open(folder);
  expect(() => session.run({}, ['images'])).toThrow(expect.objectContaining({ code: 'NO_SUCH_NODE' }));
  session.close();
});

test('inputs that do not fit are refused and freed', async () => {
  const { bytes } = await writeSavedModel({
    inputs: { x, scale: { shape: [2], dtype: 'float32' } },
    run: ({ x: one, scale }) => ({ y: tf.mul(one!, tf.slice(tf.reshape(scale!, [-1]), [0], [1])) }),
  });
  writeFileSync(join(folder, savedModelFile), bytes);
  const session = SavedModelSession.open(folder);
  const data = new Float32Array(2 ** 22);
  const whole = { shape: [2 ** 17, ...x.shape], dtype: 'float32', data } as const;
  const scale = { shape: [1, 2], dtype: 'float32', data: Float32Array.of(1) } as const;
  const before = process.memoryUsage().rss;
  for (let i = 0; i < 40; i++)
    expect(() => session.run({ x: whole, scale }, ['y'])).toThrow(
      expect.objectContaining({ code: 'BAD_TENSOR_SIZE' }),
    );
  // Each try makes 16 MiB before the one that is refused.
  expect(process.memoryUsage().rss - before).toBeLessThan(20 * data.byteLength);
  session.close();
});
