import * as tf from '@tensorflow/tfjs';
import {
  RandomStream,
  type Generator,
  type NetworkName,
  type ObjectiveSpec,
  type Prior,
} from '@ganymede/core';
import { tanh } from '@ganymede/ops';
import {
  componentContract,
  expectAllclose,
  fromComponent,
  objectiveContract,
  ToyStep,
} from '@ganymede/testing';
import { LatentOptimization, latentOptimization } from './latent-optimization.js';

componentContract(latentOptimization);
objectiveContract(fromComponent(latentOptimization));
objectiveContract(fromComponent(latentOptimization, { bound: null, rate: 1 }));

beforeAll(() => tf.setBackend('cpu'));

const evenly: Prior = {
  sample: (count, size, random) => random.uniforms(count * size).map((u) => 2 * u - 1),
};
const spec = (prior: Prior = evenly): ObjectiveSpec =>
  ({
    prior,
    generator: { latentSize: 2 },
    random: RandomStream.create(1, 'objective'),
  }) as unknown as ObjectiveSpec;

/*
 * G(z) = tanh(z W), D(x) = softplus(x A) c. What comes out was computed in float64 by PyTorch 2 with the formula of
 * `latent_optimise` in PyTorch-StudioGAN's src/utils/losses.py; the gradients are its autograd's, through dz.
 */
const golden = {
  z: [-0.15, -0.75, 0.3, -0.3, 0.75, 0.15],
  W: [-0.44, 0.33, -0.11, -0.55, 0.22, -0.22, 0.55, 0.11],
  A: [-0.26, 0.65, 0.13, -0.39, 0.52, 0.0, -0.52, 0.39, -0.13, -0.65, 0.26, -0.26],
  c: [-0.6, 0.8, 0.5],
  moved: [-1.0, 0.123318351, 0.3, -0.3, -0.258216008, 1.0],
  cost: 0.197574559,
  dA: [
    -0.090894515, 0.140616013, 0.080909158, 0.076985341, -0.119249486, -0.068567654, -0.07797075, 0.125167741,
    0.070611378, -0.088909676, 0.137737094, 0.079195391,
  ],
  dc: [0.532249279, 0.83095188, 0.654209025],
  dW: [
    0.06410705, 0.062026359, 0.060902492, 0.013145877, -0.075885696, -0.059081203, -0.011238303, -0.03567241,
  ],
};

function scene(network: NetworkName): { step: ToyStep; W: tf.Variable; A: tf.Variable; c: tf.Variable } {
  const W = tf.variable(tf.tensor2d(golden.W, [2, 4]));
  const A = tf.variable(tf.tensor2d(golden.A, [4, 3]));
  const c = tf.variable(tf.tensor1d(golden.c));
  const generator = {
    latentSize: 2,
    classes: 1,
    imageShape: { height: 2, width: 2, channels: 1 },
    generate: (z: tf.Tensor2D) => tanh(z.matMul(W as tf.Tensor2D)).reshape([-1, 2, 2, 1]),
  } as unknown as Generator;
  const step = new ToyStep({
    network,
    generator,
    discriminator: {
      discriminate: (x) =>
        x
          .reshape([-1, 4])
          .matMul(A as tf.Tensor2D)
          .softplus()
          .mul(c)
          .sum(1),
    },
    real: tf.zeros([3, 2, 2, 1]),
    realLabels: tf.zeros([3], 'int32'),
    fakeLabels: tf.zeros([3], 'int32'),
    z: tf.tensor2d(golden.z, [3, 2]),
  });
  return { step: Object.assign(step, { draw: () => tf.tensor1d([0.1, 0.9, 0.79]) }), W, A, c };
}

/** The loss of a network at the moved latents, the cost of the move with it. */
function lossOf(network: NetworkName, step: ToyStep): tf.Scalar {
  const instance = new LatentOptimization().create(spec());
  const moved = instance.changeLatents!(step);
  const logits = step.discriminator.discriminate(step.generate(moved), step.fakeLabels, {
    training: true,
  } as never);
  const { move } = instance[network]!(step);
  return (network === 'discriminator' ? logits.mean() : logits.mean().neg()).add(move!) as tf.Scalar;
}

test('latents move as in the published code, the part that is drawn, up to the bound', () => {
  tf.tidy(() => {
    const { step } = scene('discriminator');
    const instance = new LatentOptimization().create(spec());
    expectAllclose(instance.changeLatents!(step).flatten(), golden.moved, { atol: 1e-6 });
    expectAllclose(instance.discriminator!(step)['move']!, golden.cost, { rtol: 1e-5 });
    const free = new LatentOptimization({ bound: null, rate: 1 }).create(spec()).changeLatents!(step);
    const [first, second] = free.arraySync() as [number[], number[]];
    expect(first[0]).toBeLessThan(-1);
    expect(second[0]).not.toBeCloseTo(golden.z[2]!, 2);
  });
});

test('gradients go through the move, as in the published code', () => {
  tf.tidy(() => {
    const { step, A, c } = scene('discriminator');
    const { grads } = tf.variableGrads(() => lossOf('discriminator', step), [A, c]);
    expectAllclose(grads[A.name]!.flatten(), golden.dA, { atol: 2e-6 });
    expectAllclose(grads[c.name]!.flatten(), golden.dc, { atol: 2e-6 });
  });
  tf.tidy(() => {
    const { step, W } = scene('generator');
    const { grads } = tf.variableGrads(() => lossOf('generator', step), [W]);
    expectAllclose(grads[W.name]!.flatten(), golden.dW, { atol: 2e-6 });
  });
});

test('a prior that goes beyond the bound is refused before training', () => {
  const normal: Prior = { sample: (count, size, random) => random.normals(count * size) };
  expect(() => new LatentOptimization().create(spec(normal))).toThrow(
    expect.objectContaining({
      code: 'BAD_OPTION',
      message: expect.stringContaining('expected a prior within a bound of 1, got latents up to '),
    }),
  );
  expect(() => new LatentOptimization({ bound: null }).create(spec(normal))).not.toThrow();
});
