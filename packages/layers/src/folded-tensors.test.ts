import * as tf from '@tensorflow/tfjs';
import { evaluationCall, RandomStream, stateOf, weightsOf, type LayerNode } from '@ganymede/core';
import { normal } from '@ganymede/ops';
import { setupMatchers } from '@ganymede/testing';
import { BatchNorm } from './batch-norm.js';
import { Conv2d } from './conv2d.js';
import { Embedding } from './embedding.js';
import { foldedTensors } from './folded-tensors.js';
import { Linear } from './linear.js';
import type { Parameterization } from './parameterization.js';

const parameterization = (spectralNorm: Parameterization['spectralNorm']): Parameterization => ({
  initialize: normal(1),
  spectralNorm,
  random: RandomStream.create(2, 'weights'),
});

setupMatchers();

/** As many classes as features: the embedding's vectors must go by its first axis. */
const layersOf = (own: Parameterization) => ({
  conv: new Conv2d(3, 4, own),
  linear: new Linear(5, 6, own),
  embedding: new Embedding(7, 7, own),
  plain: new Linear(5, 6, { ...own, spectralNorm: null }, { bias: false }),
  norm: new BatchNorm(4),
});

test('a network without spectral norm makes of folded tensors what the one with it makes', () => {
  tf.tidy(() => {
    const own = layersOf(parameterization({ powerIterations: 2, singularValues: 2 }));
    const other = layersOf(parameterization(null));
    const node = (children: Record<string, LayerNode>): LayerNode => ({ children: { at: { children } } });
    const folded = foldedTensors(node(own));
    const variables = { ...weightsOf(node(other)), ...stateOf(node(other)) };
    const ofTraining = Object.keys(variables).filter((name) => !(name in folded));
    expect(ofTraining).toEqual(['Mean', 'Variance', 'Count'].map((end) => `at.norm.standing${end}`));
    expect(Object.keys(folded).filter((name) => !(name in variables))).toEqual([]);
    for (const [name, tensor] of Object.entries(folded)) variables[name]!.assign(tensor);
    expect(Object.keys(foldedTensors(node(other)))).toEqual(Object.keys(folded));

    const random = RandomStream.create(3, 'inputs');
    const x = tf.tensor4d(random.normals(2 * 4 * 4 * 3), [2, 4, 4, 3]);
    const features = tf.tensor2d(random.normals(10), [2, 5]);
    const rows = tf.tensor2d(random.normals(14), [2, 7]);
    const outputs = ({ conv, linear, embedding, plain }: typeof own) => [
      conv.call(x, evaluationCall),
      linear.call(features, evaluationCall),
      embedding.call(rows, evaluationCall),
      plain.call(features, evaluationCall),
    ];
    const made = outputs(other);
    outputs(own).forEach((tensor, i) => expect(made[i]).toBeAllclose(tensor, { rtol: 1e-5, atol: 1e-6 }));
    expect(folded['at.conv.weight']).not.toBe(weightsOf(node(own))['at.conv.weight']);
    expect(folded['at.plain.weight']).toBe(weightsOf(node(own))['at.plain.weight']);
  });
});
