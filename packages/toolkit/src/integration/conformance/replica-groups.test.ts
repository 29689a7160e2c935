import * as tf from '@tensorflow/tfjs';
import {
  RandomStream,
  weightsOf,
  type Discriminator,
  type Generator,
  type NetworkName,
  type ReplicaGroup,
  type Replicas,
} from '@ganymede/core';
import { BatchNorm } from '@ganymede/layers';
import { HingeLoss } from '@ganymede/losses';
import { expectAllclose, inLockstep, ToyDiscriminator, ToyGenerator, useCpu } from '@ganymede/testing';
import { discriminatorLoss, generatorLoss, type StepInputs } from '@ganymede/trainer';

/*
 * A step of four processes whose batch statistics are of groups, against a reference that knows no processes: each group's part of the
 * micro-batch is a step by itself, and the gradients are the mean of the groups'.
 */
const batchSize = 8;
const imageShape = { height: 4, width: 4, channels: 3 };

beforeAll(useCpu);

/** Networks with a batch norm each: of G's images, and of what D sees. */
function networks(): { readonly generator: Generator; readonly discriminator: Discriminator } {
  const random = RandomStream.create(1, 'networks');
  const made = new ToyGenerator(imageShape, 2, 4, random);
  const judge = new ToyDiscriminator(imageShape, 2, random);
  const [ofG, ofD] = [new BatchNorm(3), new BatchNorm(3)];
  return {
    generator: {
      ...{ latentSize: 4, classes: 2, imageShape, children: { made, norm: ofG } },
      generate: (z, y, ctx) => ofG.call(made.generate(z, y, ctx), ctx),
    },
    discriminator: {
      children: { judge, norm: ofD },
      discriminate: (x, y, ctx) => judge.discriminate(ofD.call(x, ctx), y, ctx),
    },
  };
}

function inputsOf(first: number, rows: number): StepInputs {
  const part = <T extends tf.Tensor>(whole: tf.Tensor): T => tf.slice(whole, first, rows) as T;
  const drawn = (name: string, ...shape: number[]): tf.Tensor =>
    tf.tensor(RandomStream.create(2, name).normals(shape.reduce((a, b) => a * b, batchSize)), [
      batchSize,
      ...shape,
    ]);
  // Images of one half are not like those of the other, nor are those of a quarter.
  const bright = tf.range(0, batchSize).reshape([batchSize, 1, 1, 1]).div(2);
  const labels = tf.tensor1d([0, 1, 1, 0, 1, 0, 0, 1], 'int32');
  return {
    real: part(drawn('real', 4, 4, 3).mul(bright.add(0.5)).add(bright)),
    realLabels: part(labels),
    z: part(drawn('z', 4).mul(bright.reshape([batchSize, 1]).add(0.5))),
    fakeLabels: part(labels),
  };
}

function gradientsOf(
  network: NetworkName,
  inputs: StepInputs,
  over: { readonly replicas?: Replicas; readonly statistics?: ReplicaGroup } = {},
): tf.NamedTensorMap {
  const made = networks();
  const recipe = { ...made, loss: new HingeLoss(), augmentation: null, splitDiscriminator: false, ...over };
  const step = network === 'discriminator' ? discriminatorLoss : generatorLoss;
  return step(recipe, weightsOf(made[network]), inputs, [], []).gradients;
}

const meanOf = (all: readonly tf.NamedTensorMap[]): tf.NamedTensorMap =>
  Object.fromEntries(
    Object.keys(all[0]!).map((name) => [name, tf.mean(tf.stack(all.map((one) => one[name]!)), 0)]),
  );

const cases = (['discriminator', 'generator'] as const).flatMap((network) =>
  [1, 2, 4].map((size): [NetworkName, number] => [network, size]),
);

test.each(cases)('%s: groups of %i are steps of their own, whose gradients are averaged', (network, size) => {
  tf.tidy(() => {
    const rows = batchSize / 4;
    const expected = meanOf(
      Array.from({ length: 4 / size }, (_, group) =>
        gradientsOf(network, inputsOf(group * size * rows, size * rows)),
      ),
    );
    const found = inLockstep(4, (rank, replicas) =>
      gradientsOf(network, inputsOf(rank * rows, rows), { replicas, statistics: replicas.grouped(size) }),
    );
    for (const [name, value] of Object.entries(meanOf(found)))
      expectAllclose(value, expected[name]!, { rtol: 1e-3, atol: 1e-5 });
    const whole = gradientsOf(network, inputsOf(0, batchSize));
    const differs = Object.keys(whole).some(
      (name) => tf.max(tf.abs(tf.sub(whole[name]!, expected[name]!))).dataSync()[0]! > 1e-3,
    );
    expect(differs).toBe(size < 4);
  });
});
