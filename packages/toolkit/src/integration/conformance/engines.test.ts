import * as tf from '@tensorflow/tfjs';
import type { Backend, Regularizer } from '@ganymede/core';
import { GradientPenalty, OrthogonalRegularizer, R1Regularizer } from '@ganymede/regularizers';
import { Adam, Sgd } from '@ganymede/optimizers';
import {
  startOf,
  stepModels,
  stepsOf,
  type Change,
  type Outcome,
  type Values,
} from '../../../testing/engine-steps.js';
import {
  differingScalars,
  differingValues,
  momentDistances,
  type Disagreement,
} from '../../../testing/step-differences.js';
import { createContainer } from '../../container.js';

/*
 * A step of D and one of G mean the same on PJRT and on TensorFlow: losses, penalties, and the change of every weight,
 * moment, average, statistic and u vector.
 *
 * A gradient jumps where the input of a ReLU crosses zero. Where an input is zero to rounding, two right engines have it on
 * either side, and gradients differ by a few thousandths: one of 580,000 units, 1e-7 from zero, moves a gradient of SNGAN's
 * by 1 %. (In float64 the step agreed to 2e-6 with the engine that had the unit on float64's side, which was PJRT.) No bound
 * on gradients tells that from a mistake. But it happens to a draw of images and latents, and a mistake happens to all of
 * them: so a step is made with several draws from one start, most of which have to agree in everything.
 */
let tensorflow: Backend;
let pjrt: Backend;
beforeAll(async () => {
  const container = await createContainer();
  tensorflow = container.resolve('backend', { use: 'tensorflow', threads: 2 });
  pjrt = container.resolve('backend', { use: 'pjrt', cacheFolder: null });
});
afterAll(() => {
  tensorflow.dispose();
  pjrt.dispose();
});

/** For each draw, what differs by more than 1e-4. */
function disagreements(
  actual: readonly Outcome[],
  expected: readonly Outcome[],
  start: Values,
): readonly (readonly Disagreement[])[] {
  return expected.map((outcome, draw) => [
    ...differingScalars(actual[draw]!, outcome, 1e-4),
    ...differingValues(actual[draw]!, outcome, start, 1e-4),
  ]);
}

test.each(Object.entries(stepModels))(
  '%s: most draws agree in everything to 1e-4',
  async (_, model) => {
    const start = await startOf(tensorflow, model);
    const expected = await stepsOf(tensorflow, model, start, 6);
    const found = disagreements(await stepsOf(pjrt, model, start, 6), expected, start);
    const agreeing = found.filter((one) => one.length === 0);
    if (agreeing.length < 4) expect(found).toEqual(expected.map(() => []));
  },
  300_000,
);

/** Steps in bfloat16 differ from those in float32 by its rounding, and from one engine to the other by no more. */
test.each(['biggan', 'r3gan'])(
  '%s in bfloat16: engines are as far from one another as from float32',
  async (name) => {
    const model = stepModels[name]!;
    const start = await startOf(tensorflow, model);
    const draws = 4;
    const exact = await stepsOf(tensorflow, model, start, draws);
    const expected = await stepsOf(tensorflow, model, start, draws, { precision: 'bfloat16' });
    const compile = jest.spyOn(pjrt, 'compile');
    const actual = await stepsOf(pjrt, model, start, draws, { precision: 'bfloat16' });
    const modules = compile.mock.results.map(({ value }) => (value as { readonly module: string }).module);
    compile.mockRestore();

    const rounding = momentDistances(expected, exact, start);
    const own = momentDistances(actual, exact, start);
    const between = momentDistances(actual, expected, start);
    for (const [file, share] of Object.entries(rounding)) {
      expect(own[file]! / share).toBeGreaterThan(0.7);
      expect(own[file]! / share).toBeLessThan(1.4);
      expect(between[file]! / share).toBeLessThan(1.2);
    }
    expect(expected.flatMap((outcome, i) => differingScalars(actual[i]!, outcome, 0.03))).toEqual([]);

    expect(modules).toHaveLength(2);
    const convolutions = modules.flatMap((module) => module.match(/stablehlo\.convolution\b.*/g) ?? []);
    expect(convolutions.length).toBeGreaterThan(50);
    // The policy leaves depthwise convolutions in float32: they are filters of a few taps, bound by memory.
    const wide = convolutions.filter((line) => / : \(.*f32>.*\) ->/.test(line));
    expect(wide.filter((line) => !line.includes('loc("DepthwiseConv2dNative'))).toEqual([]);
  },
  300_000,
);

const regularizer =
  (index: number, other: Regularizer): Change =>
  (recipe) => ({
    ...recipe,
    regularizers: recipe.regularizers.map((one, i) => (i === index ? other : one)),
  });

describe('a mistake shows in every draw:', () => {
  const model = stepModels.sngan!;
  let start: Values;
  let expected: readonly Outcome[];
  beforeAll(async () => {
    start = await startOf(tensorflow, model);
    expected = await stepsOf(tensorflow, model, start, 3);
  }, 60_000);

  test('and what is none in no draw', async () => {
    const again = await stepsOf(tensorflow, model, start, 3);
    expect(disagreements(again, expected, start)).toEqual([[], [], []]);
  }, 60_000);

  test.each<[string, Change]>([
    ["D's momentum", (recipe) => ({ ...recipe, discriminatorOptimizer: new Sgd({ momentum: 0.899 }) })],
    ["Adam's beta1", (recipe) => ({ ...recipe, generatorOptimizer: new Adam({ beta1: 0.501, beta2: 0.9 }) })],
    ["Adam's beta2", (recipe) => ({ ...recipe, generatorOptimizer: new Adam({ beta1: 0.5, beta2: 0.901 }) })],
    ['R1 that is not divided by 2', regularizer(1, new R1Regularizer({ interval: 1, gamma: 0.2 }))],
    ["the gradient penalty's weight", regularizer(2, new GradientPenalty({ weight: 10.1 }))],
    [
      "the orthogonal regularizer's strength",
      regularizer(0, new OrthogonalRegularizer({ strength: 1.01e-2 })),
    ],
    ["the average's decay", (recipe) => ({ ...recipe, ema: { decay: 0.501, start: 0 } })],
  ])(
    '%s',
    async (_, change) => {
      const wrong = await stepsOf(tensorflow, model, start, 3, { change });
      expect(disagreements(wrong, expected, start).map((one) => one.length > 0)).toEqual([true, true, true]);
    },
    60_000,
  );

  test.each(['Conv2DBackpropFilter', 'Conv2DBackpropInput', 'ReluGrad', 'Rsqrt'])(
    'the kernel %s, a thousandth off',
    async (name) => {
      const right = tf.getKernel(name, 'tensorflow')!;
      const multiply = tf.getKernel('Multiply', 'tensorflow')!.kernelFunc;
      tf.unregisterKernel(name, 'tensorflow');
      tf.registerKernel({
        ...right,
        kernelFunc: (call) => {
          const a = right.kernelFunc(call) as tf.TensorInfo;
          return multiply({ inputs: { a, b: tf.scalar(1.001) }, backend: call.backend, attrs: {} });
        },
      });
      try {
        const wrong = await stepsOf(tensorflow, model, start, 3);
        expect(disagreements(wrong, expected, start).map((one) => one.length > 0)).toEqual([
          true,
          true,
          true,
        ]);
      } finally {
        tf.unregisterKernel(name, 'tensorflow');
        tf.registerKernel(right);
      }
    },
    60_000,
  );
});
