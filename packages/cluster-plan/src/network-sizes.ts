import * as tf from '@tensorflow/tfjs';
import {
  disposeNetwork,
  stateOf,
  weightsOf,
  type ComponentChoice,
  type Components,
  type NamedVariables,
} from '@ganymede/core';
import type { ResolvedConfig } from '@ganymede/config';
import { createDiscriminator, createGenerator, type NetworkSpec } from '@ganymede/runs';
import { averagedVariables, trainedWeights } from '@ganymede/trainer';

/** What a network is made of, in numbers (float32 of four bytes). */
export interface NetworkSizes {
  /** Of each weight that is trained, in the order of definition. */
  readonly weights: readonly number[];
  /** Channels of each batch normalization. */
  readonly normalized: readonly number[];
  /** All trained numbers of the network, frozen ones too. */
  readonly parameters: number;
}

/** A penalty that comes at an interval, with an exchange of its own. */
export interface LazyPenalty {
  readonly network: 'generator' | 'discriminator';
  readonly interval: number;
  /** Looks at weights alone: nothing of it is exchanged. */
  readonly ofWeights: boolean;
}

/** What a run of a config keeps and moves. */
export interface RunSizes {
  readonly generator: NetworkSizes;
  readonly discriminator: NetworkSizes;
  readonly penalties: readonly LazyPenalty[];
  /** Weights, averages, moments and other state: what a checkpoint holds, and every process. */
  readonly stateBytes: number;
}

const bytesOfNumber = 4;
const sum = (sizes: readonly number[]): number => sizes.reduce((a, b) => a + b, 0);
const sizesOf = (variables: NamedVariables): number[] => Object.values(variables).map(({ size }) => size);

/**
 * Counts the networks of a config, without an engine: they are made of zeros, which take no memory until somebody writes them, in
 * tfjs's own backend. Networks whose first values have no option `initialization` are drawn, which takes a while where they are
 * large.
 * @throws what networks, optimizers and regularizers throw
 */
export async function countNetworks(
  components: Components,
  config: ResolvedConfig,
  spec: Pick<NetworkSpec, 'imageShape' | 'classes'>,
): Promise<RunSizes> {
  const before = tf.getBackend();
  const advises = tf.env().getBool('IS_NODE');
  // It would advise to install another backend, and computes nothing here.
  tf.env().set('IS_NODE', false);
  await tf.setBackend('cpu');
  try {
    return count(components, config, { ...spec, seed: 0 });
  } finally {
    tf.env().set('IS_NODE', advises);
    // An engine that was disposed meanwhile is not there any more.
    if (before && tf.findBackend(before)) await tf.setBackend(before);
  }
}

function count(components: Components, config: ResolvedConfig, spec: NetworkSpec): RunSizes {
  const generator = createGenerator(components.resolve('generator', ofZeros(config.generator)), spec);
  const discriminator = createDiscriminator(
    components.resolve('discriminator', ofZeros(config.discriminator)),
    spec,
  );
  const trained = trainedWeights(discriminator, config.freeze.discriminatorBlocks);
  const optimizers = [
    components.resolve('optimizer', config.generatorOptimizer).create(weightsOf(generator)),
    components.resolve('optimizer', config.discriminatorOptimizer).create(trained),
  ];
  const regularizers = config.regularizers.map((one) => components.resolve('regularizer', one));
  try {
    const averaged = sum(sizesOf(averagedVariables(generator)));
    const averages = (config.ema ? 1 : 0) + (config.posthocEma?.lengths.length ?? 0);
    const kept =
      averaged * (1 + averages) +
      sum(sizesOf({ ...weightsOf(discriminator), ...stateOf(discriminator) })) +
      sum(optimizers.flatMap(({ state }) => sizesOf(state)));
    return {
      generator: sizes(generator, weightsOf(generator)),
      discriminator: sizes(discriminator, trained),
      penalties: regularizers
        .filter(({ interval }) => interval > 1)
        .map(({ network, interval, ofWeights = false }) => ({ network, interval, ofWeights })),
      stateBytes: kept * bytesOfNumber,
    };
  } finally {
    for (const optimizer of optimizers) optimizer.dispose();
    for (const { state, scheduled } of regularizers)
      for (const one of [...Object.values(state ?? {}), ...(scheduled ?? [])]) one.dispose();
    disposeNetwork(generator);
    disposeNetwork(discriminator);
  }
}

/** Of batch normalization, `BatchStatistics` of layers keeps one for each channel under this name, and nothing else does. */
const keptOfStatistics = /(^|\.)standingMean$/;

function sizes(network: Parameters<typeof stateOf>[0], trained: NamedVariables): NetworkSizes {
  return {
    weights: sizesOf(trained),
    normalized: Object.entries(stateOf(network))
      .filter(([name]) => keptOfStatistics.test(name))
      .map(([, { size }]) => size),
    parameters: sum(sizesOf(weightsOf(network))),
  };
}

const ofZeros = (choice: ComponentChoice): ComponentChoice =>
  'initialization' in choice ? { ...choice, initialization: 'zeros' } : choice;
