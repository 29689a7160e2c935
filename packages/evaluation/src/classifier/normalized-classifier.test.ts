import * as tf from '@tensorflow/tfjs';
import { evaluationCall, RandomStream, stateOf, weightsOf } from '@ganymede/core';
import { classifierMaps, ClassifierNetwork, type ClassifierShape } from '@ganymede/extractors';
import { conv2d } from '@ganymede/ops';
import { expectAllclose, expectNoLeak } from '@ganymede/testing';
import { NormalizedClassifier } from './normalized-classifier.js';

const shape: ClassifierShape = { resolution: 8, channels: 3, classes: 5, width: 2 };
const random = RandomStream.create(3, 'weights');

beforeAll(() => tf.setBackend('cpu'));

const draw = (...dims: number[]): tf.Tensor =>
  tf.tensor(random.normals(dims.reduce((product, length) => product * length, 1)), dims);

/** One whose gains, biases and running averages are no longer those of a new network. */
function trained(): NormalizedClassifier {
  const made = new NormalizedClassifier(shape, RandomStream.create(4, 'weights'));
  for (const variable of [...Object.values(weightsOf(made)), ...Object.values(stateOf(made))])
    if (variable.rank === 1) tf.tidy(() => variable.assign(draw(variable.size).abs().add(0.2)));
  return made;
}

test('folded, it gives what it gave with its running averages', () => {
  const made = trained();
  const network = new ClassifierNetwork(shape);
  tf.tidy(() => {
    for (const [name, value] of Object.entries(made.folded())) network.weights[name]!.assign(value);
    const images = draw(3, 8, 8, 3) as tf.Tensor4D;
    const { features } = classifierMaps(images, (name, x) => {
      const filter = made.weights[`${name}.weight`] as tf.Tensor4D;
      const stride = name.endsWith('down') ? 2 : 1;
      return made.children[name]!.call(conv2d(x, filter, { stride }), evaluationCall);
    });
    expectAllclose(network.call(images).features, features, { rtol: 1e-3, atol: 1e-4 });
  });
  made.dispose();
  network.dispose();
});

test('gradients reach every weight', () => {
  const made = trained();
  const images = draw(4, 8, 8, 3) as tf.Tensor4D;
  const loss = (): tf.Scalar => tf.tidy(() => tf.logSoftmax(made.call(images)).square().mean());
  const weights = weightsOf(made);
  const { value, grads } = tf.variableGrads(loss, Object.values(weights));
  for (const [name, variable] of Object.entries(weights)) {
    const largest = tf.tidy(() => grads[variable.name]!.abs().max().arraySync()) as number;
    expect({ name, moves: largest > 0 }).toEqual({ name, moves: true });
  }
  tf.dispose([value, grads, images]);
  made.dispose();
});

test('blocks of a new network are identities', () => {
  const made = new NormalizedClassifier(shape, RandomStream.create(4, 'weights'));
  tf.tidy(() => {
    const images = draw(2, 8, 8, 3) as tf.Tensor4D;
    const names: string[] = [];
    const { features } = classifierMaps(images, (name, x) => {
      if (name.endsWith('second')) return tf.zerosLike(x);
      names.push(name);
      const filter = made.weights[`${name}.weight`] as tf.Tensor4D;
      return made.children[name]!.call(conv2d(x, filter, { stride: name.endsWith('down') ? 2 : 1 }), {
        statistics: 'batch',
        updateState: false,
      });
    });
    const logits = tf
      .matMul(features, made.weights['classifier.weight'] as tf.Tensor2D)
      .add(made.weights['classifier.bias']!);
    expectAllclose(made.call(images), logits, { atol: 1e-5 });
  });
  made.dispose();
});

test('a seed gives a network, and nothing of it is left', () => {
  const make = (): NormalizedClassifier => new NormalizedClassifier(shape, RandomStream.create(7, 'weights'));
  const [first, second] = [make(), make()];
  expectAllclose(first.weights['stem.weight']!, second.weights['stem.weight']!);
  first.dispose();
  second.dispose();
  expectNoLeak(() => make().dispose());
  expectNoLeak(() => {
    const made = make();
    tf.dispose(made.folded());
    made.dispose();
  });
});
