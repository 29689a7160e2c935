import * as tf from '@tensorflow/tfjs';
import { RandomStream } from '@ganymede/core';
import {
  componentContract,
  expectAllclose,
  expectGradient,
  expectNoLeak,
  fromComponent,
  regularizerContract,
} from '@ganymede/testing';
import { offDiagonalEnergy, orthogonal, OrthogonalRegularizer } from './orthogonal.js';

componentContract(orthogonal);
regularizerContract(fromComponent(orthogonal));
regularizerContract(fromComponent(orthogonal, { network: 'discriminator', strength: 0.1 }));

function weight(...shape: number[]): tf.Variable {
  const size = shape.reduce((a, b) => a * b, 1);
  const values = RandomStream.create(7, `weight ${shape}`).normals(size);
  return tf.tidy(() => tf.variable(tf.tensor(values, shape)));
}

/** The same by automatic differentiation, with the mask of the formula. */
function byAutodiff(w: tf.Tensor): tf.Scalar {
  const out = w.shape[w.rank - 1]!;
  const matrix = w.reshape([-1, out]) as tf.Tensor2D;
  const mask = tf.sub(1, tf.eye(out));
  return tf.matMul(matrix.transpose(), matrix).mul(mask).square().sum() as tf.Scalar;
}

describe('offDiagonalEnergy', () => {
  // W^T W = [[10, 14], [14, 20]] for W = [[1, 2], [3, 4]].
  test('a value by hand', () => {
    tf.tidy(() =>
      expectAllclose(
        offDiagonalEnergy(
          tf.tensor2d([
            [1, 2],
            [3, 4],
          ]),
        ),
        2 * 14 ** 2,
      ),
    );
  });

  test.each([[[3, 3, 2, 5]], [[6, 4]], [[1, 7]], [[5, 1]]])(
    'value and gradient of %j as autodiff has them',
    (shape) => {
      const w = weight(...shape);
      tf.tidy(() => {
        expectAllclose(offDiagonalEnergy(w), byAutodiff(w), { rtol: 1e-5 });
        const options = { rtol: 1e-4, atol: 1e-4 };
        expectAllclose(tf.grad(offDiagonalEnergy)(w), tf.grad(byAutodiff)(w), options);
      });
      w.dispose();
    },
  );

  test('the gradient agrees with differences', () => {
    const w = weight(2, 2, 2, 3);
    expectGradient((x) => offDiagonalEnergy(x), [w]);
    expectNoLeak(() => tf.tidy(() => tf.grad(offDiagonalEnergy)(w)));
    w.dispose();
  });

  test('is zero for orthogonal filters of any norm', () => {
    tf.tidy(() => {
      const filters = tf.tensor2d([
        [3, 0],
        [0, 0.5],
        [0, 0],
      ]);
      expectAllclose(offDiagonalEnergy(filters), 0);
      expectAllclose(tf.grad(offDiagonalEnergy)(filters), [
        [0, 0],
        [0, 0],
        [0, 0],
      ]);
    });
  });
});

describe('OrthogonalRegularizer', () => {
  const weights = { 'conv.weight': weight(3, 3, 2, 4), 'conv.bias': weight(4), 'embed.weight': weight(5, 3) };
  const energy = (variable: tf.Variable): number => tf.tidy(() => offDiagonalEnergy(variable).dataSync()[0]!);
  const penalty = (options: ConstructorParameters<typeof OrthogonalRegularizer>[0]): number =>
    tf.tidy(() => new OrthogonalRegularizer(options).penalty({ weights }).dataSync()[0]!);

  afterAll(() => tf.dispose(weights));

  test('adds up all weights of two or more axes but the excluded', () => {
    expectAllclose(penalty({ strength: 0.5 }), 0.5 * energy(weights['conv.weight']));
    const both = energy(weights['conv.weight']) + energy(weights['embed.weight']);
    expectAllclose(penalty({ strength: 1, exclude: [] }), both);
  });

  test('excluding everything is an error', () => {
    expect(() => penalty({ exclude: ['*'] })).toThrow(
      'regularizer orthogonal: expected a weight of two or more axes outside [*], got none',
    );
  });

  // utils.py adds s * 2 ((w w^T) o (1 - I)) w to the gradient, with w [out, rest]; by hand for w = [[1, 3], [2, 4]]:
  // w w^T = [[10, 14], [14, 20]], so 2 * 14 * [[2, 4], [1, 3]].
  test("half BigGAN-PyTorch's strength gives its gradient", () => {
    tf.tidy(() => {
      const w = tf.variable(
        tf.tensor2d([
          [1, 2],
          [3, 4],
        ]),
      ); // our [rest, out] is w transposed
      const s = 1e-2;
      const regularizer = new OrthogonalRegularizer({ strength: s / 2 });
      const { grads } = tf.variableGrads(() => regularizer.penalty({ weights: { w } }), [w]);
      expectAllclose(grads[w.name]!.transpose(), [
        [56 * s, 112 * s],
        [28 * s, 84 * s],
      ]);
      w.dispose();
    });
  });
});
