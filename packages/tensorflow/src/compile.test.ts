import * as tf from '@tensorflow/tfjs';
import {
  compile,
  registerTensorFlow,
  type CompileOptions,
  type NamedTensors,
  type TensorFlowBackend,
} from './index.js';

let tensorflow: TensorFlowBackend;

beforeAll(async () => {
  tensorflow = registerTensorFlow({ threads: 2 });
  await tf.setBackend(tensorflow.name);
});

let before: { tensors: number; handles: number; bytes: number };
const memory = (): typeof before => ({
  tensors: tf.memory().numTensors,
  handles: tensorflow.binding.getNumOfTensors(),
  bytes: tf.memory().numBytes,
});
const compiled: { dispose(): void }[] = [];
beforeEach(() => {
  before = memory();
});
/** Whatever a test compiles is freed after it, and then tensors, native handles and bytes are as before. */
afterEach(() => {
  for (const one of compiled.splice(0)) one.dispose();
  tf.disposeVariables();
  expect(memory()).toEqual(before);
});

function make(body: (inputs: NamedTensors) => NamedTensors, options?: CompileOptions) {
  const step = compile(tensorflow, body, options);
  compiled.push(step);
  return step;
}

/** Runs, reads every result and frees it. */
function values(
  step: { runSync(inputs: NamedTensors): NamedTensors },
  inputs: NamedTensors = {},
): Record<string, number[]> {
  const results = step.runSync(inputs);
  const read = Object.fromEntries(
    Object.entries(results).map(([name, tensor]) => [name, Array.from(tensor.dataSync())]),
  );
  tf.dispose(results);
  return read;
}

/** A variable that owns its value alone. */
const variable = (initial: () => tf.Tensor, name?: string): tf.Variable =>
  tf.tidy(() => tf.variable(initial(), true, name));

const ramp = (shape: number[], scale = 0.1): tf.Tensor =>
  tf.tidy(() =>
    tf
      .sin(
        tf.range(
          0,
          shape.reduce((a, b) => a * b, 1),
        ),
      )
      .mul(scale)
      .reshape(shape),
  );

describe('a step', () => {
  /** A small convolutional classifier and its Adam step (Kingma & Ba 2015, algorithm 1), as plain ops. */
  function model() {
    const shapes = [[3, 3, 2, 4], [4], [4, 3]];
    const weights = shapes.map((shape) => variable(() => ramp(shape, 0.3)));
    const first = shapes.map((shape) => variable(() => tf.zeros(shape)));
    const second = shapes.map((shape) => variable(() => tf.zeros(shape)));
    const step = ({ x, y, correction1, correction2 }: NamedTensors): NamedTensors => {
      const { value, grads } = tf.variableGrads(() => {
        const [kernel, bias, dense] = weights as unknown as [tf.Tensor4D, tf.Tensor1D, tf.Tensor2D];
        const h = tf.relu(tf.conv2d(x as tf.Tensor4D, kernel, 2, 'same').add(bias)).mean([1, 2]);
        return tf.losses.softmaxCrossEntropy(y!, tf.matMul(h as tf.Tensor2D, dense)) as tf.Scalar;
      }, weights);
      weights.forEach((weight, i) => {
        const gradient = grads[weight.name]!;
        first[i]!.assign(first[i]!.mul(0.9).add(gradient.mul(0.1)));
        second[i]!.assign(second[i]!.mul(0.999).add(gradient.square().mul(0.001)));
        const update = first[i]!.div(correction1!).div(second[i]!.div(correction2!).sqrt().add(1e-8));
        weight.assign(weight.sub(update.mul(0.01)));
      });
      return { loss: value };
    };
    return { all: [...weights, ...first, ...second], step };
  }

  const inputsOf = (t: number): NamedTensors => ({
    x: ramp([2, 6, 6, 2], 1),
    y: tf.oneHot(tf.tensor1d([0, 2], 'int32'), 3).toFloat(),
    correction1: tf.scalar(1 - 0.9 ** t),
    correction2: tf.scalar(1 - 0.999 ** t),
  });

  test('gives what the same ops give one by one', async () => {
    const eager = model();
    const traced = model();
    const step = make(traced.step, { name: 'adam' });
    for (let t = 1; t <= 5; t++) {
      const inputs = tf.tidy(() => inputsOf(t));
      const expected = tf.tidy(() => eager.step(inputs));
      const got = t % 2 ? await step.run(inputs) : step.runSync(inputs);
      expect(Math.abs(got.loss!.dataSync()[0]! - expected.loss!.dataSync()[0]!)).toBeLessThan(1e-6);
      tf.dispose([inputs, expected, got]);
    }
    eager.all.forEach((variable, i) => {
      const [a, b] = [variable.dataSync(), traced.all[i]!.dataSync()];
      expect(Math.max(...a.map((value, k) => Math.abs(value - b[k]!)))).toBeLessThan(1e-6);
    });
    expect(traced.all[0]!.dataSync()[0]).not.toBe(0);
    expect(step.statistics).toMatchObject({ traces: 1, runs: 5 });
    expect(step.statistics.ops).toBeGreaterThan(50);
  });

  test('a cast to the type that a tensor has is no op', () => {
    const x = ramp([4]);
    const step = make(({ x }) => ({ y: x!.cast('float32').add(1), z: x!.cast('int32') }));
    const { y, z } = values(step, { x });
    expect(y).toEqual(Array.from(tf.tidy(() => x.add(1).dataSync())));
    expect(z).toEqual([0, 0, 0, 0]);
    expect(step.statistics.ops).toBe(2); // Add, and the cast to int32
    x.dispose();
  });

  test('leaves the number of tensors as it was, call after call', () => {
    const { step } = model();
    const traced = make(step);
    const inputs = tf.tidy(() => inputsOf(1));
    tf.dispose(traced.runSync(inputs));
    const after = memory();
    for (let i = 0; i < 10; i++) tf.dispose(traced.runSync(inputs));
    expect(memory()).toEqual(after);
    tf.dispose(inputs);
  });

  test('takes the gradient of a gradient (a penalty), custom gradients included', () => {
    const w = variable(() => tf.tensor2d([[0.5], [-0.25]]));
    const halved = tf.customGrad((x) => ({
      value: (x as tf.Tensor).square(),
      gradFunc: (dy: tf.Tensor) => dy.mul(x as tf.Tensor),
    }));
    const penalty = ({ x }: NamedTensors): NamedTensors => {
      const loss = (): tf.Scalar => {
        const inner = tf.grad((y: tf.Tensor) =>
          tf.matMul(tf.softplus(y) as tf.Tensor2D, w as unknown as tf.Tensor2D).sum(),
        );
        return inner(x!).square().sum().add(halved(w).sum()) as tf.Scalar;
      };
      const { value, grads } = tf.variableGrads(loss, [w]);
      return { value, gradient: grads[w.name]! };
    };
    const x = tf.tensor2d([[0, 1]]);
    // d softplus = sigmoid; penalty = sum (sigmoid(x) w)^2 + w^2, its gradient 2 sigmoid(x)^2 w + w (halved on purpose)
    const sigmoid = [0.5, 1 / (1 + Math.exp(-1))];
    const got = values(make(penalty), { x });
    const weights = [0.5, -0.25];
    weights.forEach((weight, i) =>
      expect(got.gradient![i]).toBeCloseTo(2 * sigmoid[i]! ** 2 * weight + weight, 5),
    );
    expect(got.value![0]).toBeCloseTo(
      weights.reduce((sum, weight, i) => sum + (sigmoid[i]! * weight) ** 2 + weight ** 2, 0),
      5,
    );
    x.dispose();
  });
});

describe('variables', () => {
  test('that are only read are looked up afresh at every call', () => {
    const w = variable(() => tf.tensor1d([2]));
    const step = make(() => ({ y: w.mul(10) }));
    expect(values(step).y).toEqual([20]);
    tf.tidy(() => w.assign(tf.tensor1d([3])));
    expect(values(step).y).toEqual([30]);
    const other = make(() => {
      w.assign(w.add(1));
      return {};
    });
    values(other);
    expect(values(step).y).toEqual([40]);
  });

  test('that are assigned twice, or from each other, end as in the program', () => {
    const [a, b] = [variable(() => tf.scalar(1)), variable(() => tf.scalar(10))];
    const step = make(() => {
      const old = a.clone();
      a.assign(b);
      b.assign(old);
      a.assign(a.add(1));
      return { sum: a.add(b) };
    });
    expect(values(step).sum).toEqual([12]);
    expect([a.dataSync()[0], b.dataSync()[0]]).toEqual([11, 1]);
    expect(values(step).sum).toEqual([13]);
    expect([a.dataSync()[0], b.dataSync()[0]]).toEqual([2, 11]);
  });

  test('that share a value are told apart, from each other and from the tensor they were made of', () => {
    const initial = tf.tensor1d([1, 2]);
    const weight = tf.variable(initial);
    const average = tf.variable(weight);
    const step = make(() => {
      weight.assign(weight.add(1));
      average.assign(average.mul(0.5).add(weight.mul(0.5)));
      return { initial: initial.mul(1) };
    });
    values(step);
    expect(Array.from(average.dataSync())).toEqual([1.5, 2.5]);
    expect(values(step).initial).toEqual([1, 2]);
    expect(Array.from(weight.dataSync())).toEqual([3, 4]);
    expect(Array.from(average.dataSync())).toEqual([2.25, 3.25]);
    initial.dispose();
  });

  test('that only the host has seen yet are uploaded, and stay readable', () => {
    const w = variable(() => tf.scalar(4));
    expect(values(make(() => ({ y: w.square() }))).y).toEqual([16]);
    expect(w.dataSync()[0]).toBe(4);
  });

  test('may be returned, also when they are not used otherwise', () => {
    const w = variable(() => tf.scalar(4));
    const step = make(() => ({ w, again: w }));
    expect(values(step)).toEqual({ w: [4], again: [4] });
    tf.tidy(() => w.assign(tf.scalar(5)));
    expect(values(step)).toEqual({ w: [5], again: [5] });
  });

  test('are exactly restored, and scopes closed, when the function throws', () => {
    const w = variable(() => tf.tensor1d([1, 2]));
    const dataId = w.dataId;
    const start = memory();
    const step = make(() => {
      tf.engine().startScope();
      w.assign(w.mul(2));
      tf.keep(w.add(1));
      return tf.tidy(() => {
        tf.variableGrads(() => w.sum().mul(3) as tf.Scalar);
        throw new RangeError('mine');
      });
    });
    expect(() => step.runSync({})).toThrow(new RangeError('mine'));
    expect(w.dataId).toBe(dataId);
    expect(Array.from(w.dataSync())).toEqual([1, 2]);
    expect(memory()).toEqual(start);
    expect(tf.engine().state.scopeStack).toHaveLength(0);
    expect(tensorflow.binding.trace).toBeNull();
    expect(Array.from(tf.tidy(() => w.add(1).dataSync()))).toEqual([2, 3]);
  });

  test.each([
    [
      'made inside',
      'VARIABLE_MADE_IN_TRACE',
      () => ({ y: variable(() => tf.scalar(1), 'fresh').add(1) }),
      /got a new one inside \(fresh\)/,
    ],
    [
      'disposed inside',
      'VARIABLE_DISPOSED_IN_TRACE',
      () => {
        Object.values(tf.engine().registeredVariables)[0]!.dispose();
        return {};
      },
      /got outer disposed inside it/,
    ],
  ])('%s are refused', (_what, code, body, message) => {
    variable(() => tf.scalar(1), 'outer');
    expect(() => make(body).runSync({})).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });

  test('disposed after the trace are named', () => {
    const w = variable(() => tf.scalar(1), 'gone');
    const step = make(() => ({ y: w.add(1) }), { name: 'reader' });
    values(step);
    w.dispose();
    expect(() => step.runSync({})).toThrow('reader: expected variable gone to be live, got a disposed one');
  });
});

describe('tensors that the function meets', () => {
  test.each([
    ['small', 4],
    ['large', 5000],
  ])('keep their value when they are %s, also after they were disposed', (_size, length) => {
    const met = tf.fill([length], 7);
    const hostOnly = tf.tensor1d(new Float32Array(length).fill(3));
    const step = make(({ x }) => ({ y: x!.add(met).add(hostOnly).max() }));
    const x = tf.zeros([length]);
    expect(values(step, { x }).y).toEqual([10]);
    met.dispose();
    hostOnly.dispose();
    expect(values(step, { x }).y).toEqual([10]);
    x.dispose();
  });

  test('may be kept, disposed and tidied inside', () => {
    let kept: tf.Tensor | undefined;
    const step = make(({ x }) => {
      const y = tf.tidy(() => x!.add(1).mul(2));
      const spare = y.mul(3);
      spare.dispose();
      kept = tf.keep(y.clone());
      return { y };
    });
    const x = tf.scalar(1);
    expect(values(step, { x }).y).toEqual([4]);
    expect(kept!.isDisposed).toBe(true);
    x.dispose();
  });

  test('in lists: concat, stack, addN, einsum, split, unstack', () => {
    const body = ({ a, b }: NamedTensors): NamedTensors => {
      const [left, right] = tf.split(tf.concat([a!, b!, a!], 1), 2, 1);
      return {
        split: left!.sub(right!),
        stacked: tf.stack(tf.unstack(tf.stack([a!, b!])).reverse()),
        sum: tf.addN([a!, b!, b!]),
        einsum: tf.einsum('ij,kj->ik', a as tf.Tensor2D, b as tf.Tensor2D),
      };
    };
    const inputs = { a: ramp([2, 2]), b: ramp([2, 2], 3) };
    const expected = tf.tidy(() =>
      Object.entries(body(inputs)).map(([name, tensor]) => [name, Array.from(tensor.dataSync())]),
    );
    expect(values(make(body), inputs)).toEqual(Object.fromEntries(expected as never));
    tf.dispose(inputs);
  });

  test('as indices: an embedding is looked up by an input', () => {
    const table = variable(() =>
      tf.tensor2d([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
    );
    const step = make(({ labels }) => ({
      rows: tf.gather(table, labels!),
      gradient: tf.grad((x) => tf.gather(x, labels!).sum())(table),
    }));
    const labels = tf.tensor1d([2, 0], 'int32');
    expect(values(step, { labels })).toEqual({ rows: [5, 6, 1, 2], gradient: [1, 1, 0, 0, 1, 1] });
    labels.dispose();
  });

  test('a seeded random op draws anew at every run', () => {
    const logits = tf.zeros([1, 1000]) as tf.Tensor2D;
    const step = make(() => ({ draw: tf.multinomial(logits, 20, 7) }));
    expect(values(step).draw).not.toEqual(values(step).draw);
    logits.dispose();
  });
});

describe('signatures', () => {
  test('a new shape or type is traced anew, a known one is not', () => {
    let calls = 0;
    const step = make(({ x }) => {
      calls++;
      return { y: x!.add(x!) };
    });
    const inputs = [tf.ones([2]), tf.ones([3]), tf.ones([2], 'int32'), tf.ones([2])];
    expect(inputs.map((x) => values(step, { x }).y)).toEqual([
      [2, 2],
      [2, 2, 2],
      [2, 2],
      [2, 2],
    ]);
    expect(calls).toBe(3);
    expect(step.statistics.traces).toBe(3);
    tf.dispose(inputs);
  });

  test('many are told once', () => {
    const told: string[] = [];
    const step = make(({ x }) => ({ y: x!.add(1) }), {
      name: 'many',
      onManyTraces: (message) => told.push(message),
    });
    for (let n = 1; n <= 8; n++) {
      const x = tf.ones([n]);
      values(step, { x });
      x.dispose();
    }
    expect(told).toEqual([
      expect.stringMatching(/^many: traced for 6 signatures, the last one \(x: float32 \[6\]\)/),
    ]);
  });

  test('a compiled function inside another becomes part of it', () => {
    const w = variable(() => tf.scalar(1));
    const inner = make(({ x }) => {
      w.assign(w.mul(2));
      return { y: x!.mul(w) };
    });
    const outer = make(({ x }) => ({ z: inner.runSync({ x: x!.add(1) }).y!.add(100) }));
    const x = tf.scalar(4);
    expect(values(outer, { x }).z).toEqual([110]);
    expect(values(outer, { x }).z).toEqual([120]);
    expect(inner.statistics.traces).toBe(0);
    expect(() => make(() => (void inner.run({ x }), {})).runSync({})).toThrow(
      'expected runSync inside a compiled function, got run',
    );
    x.dispose();
  });
});

describe('errors name the op and the line', () => {
  const place = String.raw`\(at .*compile\.test\.ts:\d+:\d+\)$`;
  const disposed = (): tf.Tensor => {
    const x = tf.ones([2]);
    x.dispose();
    return x;
  };

  test.each<[string, string, (inputs: NamedTensors) => NamedTensors, string]>([
    [
      'dataSync',
      'VALUE_READ_IN_TRACE',
      ({ x }) => ({ y: x!.mul(x!.add(1).dataSync()[0]!) }),
      String.raw`^read of the result of Add, float32 \[2\]: .*`,
    ],
    [
      'arraySync of a variable',
      'VALUE_READ_IN_TRACE',
      () => ({ y: tf.scalar(Object.values(tf.engine().registeredVariables)[0]!.arraySync() as number) }),
      '^read of variable outer: .*',
    ],
    [
      'a disposed tensor',
      'TENSOR_DISPOSED',
      () => ({ y: tf.add(disposed(), 1) }),
      '^Add: expected live tensors.*',
    ],
    [
      'a method of a disposed tensor',
      'TENSOR_DISPOSED',
      () => ({ y: disposed().mul(1) }),
      '^f: expected live tensors.*',
    ],
    [
      'a shape that depends on values',
      'DYNAMIC_SHAPE',
      ({ x }) => ({ y: tf.unique(x!).values }),
      '^UniqueV2: .*',
    ],
    [
      'shapes that do not fit',
      'TENSORFLOW_ERROR',
      ({ x }) => {
        const type = [
          { name: 'T', type: tensorflow.binding.TF_ATTR_TYPE, value: tensorflow.binding.TF_FLOAT },
        ];
        return { y: tensorflow.backend.executeSingleOutput('MatMul', type, [x!, x!]) };
      },
      String.raw`^MatMul\(float32 \[2\], float32 \[2\]\): .*rank 2.*`,
    ],
  ])('%s', (_what, code, body, message) => {
    variable(() => tf.scalar(1), 'outer');
    const x = tf.tensor1d([1, 2]);
    const step = make(body, { name: 'f' });
    expect(() => step.runSync({ x })).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(new RegExp(message + place)) }),
    );
    x.dispose();
  });

  test.each<[string, unknown, string]>([
    ['a promise', Promise.resolve({}), 'got a promise; a compiled function cannot be async'],
    ['a number in the record', { loss: 1 }, 'got number for loss'],
    ['nothing', undefined, 'got undefined'],
  ])('refuses %s as result', (_what, result, message) => {
    const step = make(() => result as NamedTensors, { name: 'f' });
    expect(() => step.runSync({})).toThrow(
      expect.objectContaining({ code: 'BAD_RESULT', message: expect.stringContaining(message) }),
    );
  });

  test('a tensor of a trace is of no use outside', () => {
    let leaked: tf.Tensor | undefined;
    const x = tf.scalar(1);
    values(
      make(({ x: inside }) => ({ y: (leaked = inside!.add(1)) })),
      { x },
    );
    expect(leaked!.isDisposed).toBe(true);
    x.dispose();
  });

  test('another backend must not be the current one', async () => {
    await tf.setBackend('cpu');
    try {
      expect(() => make(() => ({}), { name: 'f' }).runSync({})).toThrow(
        'f: expected the current backend to be tensorflow, got cpu',
      );
    } finally {
      await tf.setBackend(tensorflow.name);
    }
  });

  test('an op that fails at run time says so, and the next run is fine', async () => {
    const table = variable(() => tf.zeros([3, 2]));
    const step = make(({ labels }) => ({ rows: tf.gather(table, labels!) }), { name: 'look-up' });
    const [wrong, right] = [tf.tensor1d([3], 'int32'), tf.tensor1d([2], 'int32')];
    await expect(step.run({ labels: wrong })).rejects.toThrow(/^look-up: .*indices\[0\] = 3/s);
    expect(() => step.runSync({ labels: wrong })).toThrow(/^look-up: /);
    expect(values(step, { labels: right }).rows).toEqual([0, 0]);
    tf.dispose([wrong, right]);
  });
});

describe('run', () => {
  test('works on a worker thread: timers fire and eager ops run meanwhile', async () => {
    const step = make(({ x }) => {
      let y = x as tf.Tensor2D;
      for (let i = 0; i < 40; i++) y = tf.matMul(y, x as tf.Tensor2D).mul(0.01);
      return { y };
    });
    const x = tf.fill([400, 400], 0.1);
    tf.dispose(step.runSync({ x }));
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    const running = step.run({ x });
    const meanwhile = tf.tidy(() => tf.ones([10]).add(1).sum().dataSync()[0]);
    tf.dispose(await running);
    clearInterval(timer);
    expect(meanwhile).toBe(20);
    expect(ticks).toBeGreaterThan(0);
    x.dispose();
  });

  test('one after the other, over all functions, with inputs that may go at once', async () => {
    const w = variable(() => tf.scalar(1));
    const double = make(({ x }) => {
      w.assign(w.mul(2).add(x!));
      return { w };
    });
    const increment = make(() => {
      w.assign(w.add(1));
      return { w };
    });
    const inputs = [tf.scalar(0), tf.scalar(10)] as const;
    const runs = [double.run({ x: inputs[0] }), increment.run({}), double.run({ x: inputs[1] })];
    tf.dispose([...inputs]);
    expect(() => increment.runSync({})).toThrow(expect.objectContaining({ code: 'RUN_UNDER_WAY' }));
    const results = await Promise.all(runs);
    expect(results.map(({ w: result }) => result!.dataSync()[0])).toEqual([2, 3, 16]);
    tf.dispose(results);
  });

  test('a disposed function refuses, after it has ended what it was doing', async () => {
    const step = make(({ x }) => ({ y: x!.add(1) }), { name: 'short' });
    const x = tf.scalar(1);
    const running = step.run({ x });
    step.dispose();
    const { y } = await running;
    expect(y!.dataSync()[0]).toBe(2);
    expect(() => step.runSync({ x })).toThrow(
      'short: expected a live compiled function, got one that was disposed',
    );
    tf.dispose([x, y!]);
  });
});

test('bfloat16 computes products in bfloat16 and keeps float32 outside', () => {
  const x = ramp([64, 64], 1);
  const w = ramp([64, 64], 0.5);
  const body = ({ a, b }: NamedTensors): NamedTensors => ({
    y: tf.relu(tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D)),
  });
  const [full, half] = (['float32', 'bfloat16'] as const).map(
    (precision) => values(make(body, { precision }), { a: x, b: w }).y!,
  );
  const error = Math.max(...full!.map((value, i) => Math.abs(value - half![i]!)));
  const scale = Math.max(...full!.map(Math.abs));
  expect(error / scale).toBeLessThan(0.02); // 8 bits of mantissa
  x.dispose();
  w.dispose();
});

test('a removed backend ends its runs, frees its context and refuses, and its name is free again', async () => {
  const warnings = jest.spyOn(console, 'warn');
  for (let round = 0; round < 2; round++) {
    const second = registerTensorFlow({ threads: 1, name: 'tensorflow-second' });
    await tf.setBackend(second.name);
    const x = tf.tidy(() => tf.tensor1d([1, 2]).square());
    const step = compile(second, ({ x: inside }) => ({ y: inside!.add(1) }), { name: 'late' });
    tf.dispose(step.runSync({ x }));
    const running = step.run({ x });
    tf.removeBackend(second.name);
    await tf.setBackend(tensorflow.name);
    await running;
    await new Promise(setImmediate);
    expect(second.binding.disposed).toBe(true);
    expect(() => step.runSync({ x })).toThrow(expect.objectContaining({ code: 'BACKEND_DISPOSED' }));
    step.dispose();
    tf.dispose([x, ...Object.values(await running)]);
  }
  expect(warnings).not.toHaveBeenCalled();
  warnings.mockRestore();
});

test('a freed function is gone from TensorFlow too', () => {
  const { binding } = tensorflow;
  const next = Number(/\d+$/.exec(binding.functionName('probe'))![0]) + 1;
  const step = make(() => ({ one: tf.scalar(1) }), { name: 'freed' });
  tf.dispose(step.runSync({}));
  const call = (): void => {
    for (const { id } of binding.executeOp(`freed_${next}`, [], [], 1)) binding.deleteTensor(id);
  };
  expect(call).not.toThrow();
  step.dispose();
  expect(call).toThrow(`freed_${next}`);
});

test('150 traced and freed functions leave no memory behind', () => {
  const x = tf.ones([8]);
  const round = (count: number): void => {
    for (let i = 0; i < count; i++) {
      const held = tf.fill([250_000], i); // 1 MB that the function holds on to
      const step = compile(tensorflow, ({ x: inside }) => ({ y: inside!.mul(2).add(held.sum()) }));
      tf.dispose([step.runSync({ x }), held]);
      step.dispose();
    }
  };
  round(50);
  const resident = process.memoryUsage().rss;
  round(150);
  expect(process.memoryUsage().rss - resident).toBeLessThan(40e6);
  x.dispose();
});
