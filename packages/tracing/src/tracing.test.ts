import * as tf from '@tensorflow/tfjs';
import {
  inTraceScope,
  resultProblem,
  RunQueue,
  tracedBatches,
  userFrameOutside,
  variableValues,
} from './index.js';

beforeAll(() => tf.setBackend('cpu'));

test('a scope is closed and its tensors are gone, also when the function throws or keeps them', () => {
  const { numTensors } = tf.memory();
  const kept: tf.Tensor[] = [];
  const act = (): void => {
    kept.push(tf.keep(tf.zeros([2])));
    tf.engine().startScope();
    throw new Error('inside');
  };
  expect(() => inTraceScope(() => true, act)).toThrow('inside');
  expect(kept[0]!.isDisposed).toBe(true);
  expect(tf.memory().numTensors).toBe(numTensors);
  tf.tidy(() =>
    expect(
      inTraceScope(
        () => false,
        () => 3,
      ),
    ).toBe(3),
  );
});

test('numbers of rows are primes that no size of a variable is a multiple of', async () => {
  const variable = tf.variable(tf.fill([1, 2018], 3));
  const values = await variableValues();
  expect(values.get(variable)![2017]).toBe(3);
  expect(tracedBatches(values.keys())).toEqual([1013, 1019]);
  variable.dispose();
  expect(tracedBatches([])).toEqual([1009, 1013]);
});

test('a result is a record of live tensors', () => {
  const gone = tf.scalar(1);
  gone.dispose();
  const problem = (result: unknown): string | null => resultProblem(result, 'compiled step');
  tf.tidy(() => {
    expect(problem({ a: tf.scalar(1) })).toBeNull();
    expect(problem(tf.scalar(1))).toContain('Tensor');
  });
  expect(problem(Promise.resolve({}))).toBe('a promise; a compiled step cannot be async');
  expect(problem(null)).toBe('null');
  expect(problem({ a: 1 })).toBe('number for a');
  expect(problem({ a: gone })).toBe('a disposed tensor for a');
});

test('runs go one after the other, and a failure does not hold up the next', async () => {
  const queue = new RunQueue();
  const order: string[] = [];
  const slow = queue.add(async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    order.push('slow');
    throw new Error('first');
  });
  const quick = queue.add(() => order.push('quick'));
  queue.afterwards(() => void order.push('after'));
  expect(queue.busy).toBe(true);
  await expect(slow).rejects.toThrow('first');
  await quick;
  await queue.add(() => undefined);
  expect(order).toEqual(['slow', 'quick', 'after']);
  expect(queue.busy).toBe(false);
});

test('the place of a user is the innermost one outside of the engine', () => {
  const stack = [
    'Error: x',
    '    at run (/app/node_modules/a/b.js:1:2)',
    '    at op (/engine/dist/c.js:3:4)',
    '    at body (/app/step.js:5:6)',
    '    at main (/app/main.js:7:8)',
  ].join('\n');
  expect(userFrameOutside('/engine')(stack)).toBe(' (at /app/step.js:5:6)');
  expect(userFrameOutside('/app')(stack)).toBe(' (at /engine/dist/c.js:3:4)');
  expect(userFrameOutside('/engine')('Error: x')).toBe('');
  expect(userFrameOutside('/engine')()).toContain('tracing.test.ts');
});
