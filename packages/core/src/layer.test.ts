import * as tf from '@tensorflow/tfjs';
import { disposeNetwork, evaluationCall, stateOf, trainingCall, weightsOf, type LayerNode } from './layer.js';

const variable = (value: number): tf.Variable => tf.tidy(() => tf.variable(tf.scalar(value)));

function network(): LayerNode {
  const conv = (value: number): LayerNode => ({
    weights: { weight: variable(value), bias: variable(value + 1) },
    state: { u: variable(-value) },
  });
  return {
    weights: { gain: variable(1) },
    children: { blocks: { children: { 0: { children: { conv1: conv(10) } }, 1: conv(20) } }, empty: {} },
  };
}

describe('a network', () => {
  test('names weights and state by their path, in definition order', () => {
    const tree = network();
    expect(Object.keys(weightsOf(tree))).toEqual([
      'gain',
      'blocks.0.conv1.weight',
      'blocks.0.conv1.bias',
      'blocks.1.weight',
      'blocks.1.bias',
    ]);
    expect(Object.keys(stateOf(tree))).toEqual(['blocks.0.conv1.u', 'blocks.1.u']);
    expect(weightsOf(tree)['blocks.1.bias']!.dataSync()[0]).toBe(21);
    disposeNetwork(tree);
  });

  test('is freed as a whole', () => {
    const before = tf.memory().numTensors;
    const tree = network();
    expect(tf.memory().numTensors).toBe(before + 7);
    disposeNetwork(tree);
    expect(tf.memory().numTensors).toBe(before);
  });

  test('state moves in training and not in evaluation', () => {
    expect([trainingCall.updateState, evaluationCall.updateState]).toEqual([true, false]);
  });
});

test('two variables of one dotted name are an error that names it', () => {
  const variable = tf.variable(tf.scalar(1));
  const network = { weights: { 'a.b': variable }, children: { a: { weights: { b: variable } } } };
  expect(() => weightsOf(network)).toThrow('expected one variable of each name, got two of the name a.b');
  variable.dispose();
});
