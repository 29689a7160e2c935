import { readSafetensors } from '@ganymede/checkpoints';
import {
  disposeNetwork,
  RandomStream,
  stateOf,
  trainingCall,
  weightsOf,
  type NamedVariables,
} from '@ganymede/core';
import {
  FastGanDiscriminator,
  fastGanDiscriminatorOptions,
  FastGanGenerator,
  fastGanGeneratorOptions,
} from '@ganymede/models';
import { Reconstruction } from '@ganymede/objectives';
import { expectAllclose, ToyStep } from '@ganymede/testing';
import * as tf from '@tensorflow/tfjs';
import { resolve } from 'node:path';
import { crc32 } from 'node:zlib';
import { createContainer } from '../../container.js';

/** Made by the authors' networks: see make-fastgan.py beside it. */
const fixture = resolve(__dirname, '../../../../models/fixtures/fastgan/fixture.safetensors');

/** The fixture's rule: uniform in [0, 1) by name and index. */
function ruled(name: string, shape: readonly number[]): Float64Array {
  const seed = crc32(name);
  return Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => {
    let x = (Math.imul(i, 2654435761) + seed) >>> 0;
    x = Math.imul(x ^ (x >>> 16), 2246822519) >>> 0;
    x = Math.imul(x ^ (x >>> 13), 3266489917) >>> 0;
    return ((x ^ (x >>> 16)) >>> 0) / 2 ** 32;
  });
}

const ruledTensor = (name: string, shape: number[], scale: (u: number) => number): tf.Tensor =>
  tf.tensor(Float32Array.from(ruled(name, shape), scale), shape);

/** A weight of ours, and how it becomes PyTorch's tensor of that name and comes back. */
interface Mapped {
  readonly ours: string;
  readonly theirs: string;
  readonly toTheirs: (x: tf.Tensor) => tf.Tensor;
  readonly toOurs: (x: tf.Tensor, shape: number[]) => tf.Tensor;
}

/** Ours [kh, kw, in, out], or the same as a matrix [kh kw in, out]; theirs [out, in, kh, kw]. */
const conv = (ours: string, theirs: string, side?: number): Mapped => ({
  ours: `${ours}.weight`,
  theirs: `${theirs}.weight_orig`,
  toTheirs: (x) => {
    const kernel = side === undefined ? x : tf.reshape(x, [side, side, -1, x.shape[1]!]);
    return tf.transpose(kernel, [3, 2, 0, 1]);
  },
  toOurs: (x, shape) => tf.reshape(tf.transpose(x, [2, 3, 1, 0]), shape),
});
const norm = (ours: string, theirs: string): Mapped[] =>
  [
    ['gain', 'weight'],
    ['bias', 'bias'],
  ].map(([our, their]) => ({
    ours: `${ours}.${our}`,
    theirs: `${theirs}.${their}`,
    toTheirs: (x) => x,
    toOurs: (x) => x,
  }));
const excitation = (ours: string, theirs: string): Mapped[] => [
  conv(`${ours}.squeeze`, `${theirs}.main.1`, 4),
  conv(`${ours}.excite`, `${theirs}.main.3`, 1),
];
const upBlock = (ours: string, theirs: string, places: readonly number[]): Mapped[] =>
  places.flatMap((place, i) => [
    conv(`${ours}.conv${i + 1}`, `${theirs}.${place}`),
    ...norm(`${ours}.norm${i + 1}`, `${theirs}.${place + (places.length === 1 ? 1 : 2)}`),
  ]);

const ofGenerator: readonly Mapped[] = [
  {
    ours: 'first.weight',
    theirs: 'init.init.0.weight_orig',
    toTheirs: (x) => tf.transpose(tf.reshape(x, [8, 4, 4, -1]), [0, 3, 1, 2]),
    toOurs: (x, shape) => tf.reshape(tf.transpose(x, [0, 2, 3, 1]), shape),
  },
  ...norm('first_norm', 'init.init.1'),
  ...[8, 16, 32, 64, 128, 256].flatMap((side, i) =>
    upBlock(`blocks.${i}`, `feat_${side}`, i % 2 === 0 ? [1, 5] : [1]),
  ),
  ...[64, 128, 256].flatMap((side, i) => excitation(`blocks.${i + 3}.excitation`, `se_${side}`)),
  conv('to_image', 'to_big'),
];
const ofDiscriminator: readonly Mapped[] = [
  conv('from_image', 'down_from_big.0'),
  ...[4, 8, 16, 32, 64].flatMap((side, i) => [
    ...[
      ['1', 0],
      ['2', 3],
    ].flatMap(([index, place]) => [
      conv(`blocks.${i}.conv${index}`, `down_${side}.main.${place}`),
      ...norm(`blocks.${i}.norm${index}`, `down_${side}.main.${Number(place) + 1}`),
    ]),
    conv(`blocks.${i}.direct`, `down_${side}.direct.1`),
    ...norm(`blocks.${i}.directNorm`, `down_${side}.direct.2`),
  ]),
  ...['se_2_16', 'se_4_32', 'se_8_64'].flatMap((theirs, i) =>
    excitation(`blocks.${i + 2}.excitation`, theirs),
  ),
  conv('last.conv', 'rf_big.0'),
  ...norm('last.norm', 'rf_big.1'),
  conv('linear.last', 'rf_big.3', 4),
  conv('small.0.conv', 'down_from_small.0'),
  ...[1, 2, 3].flatMap((i) => [
    conv(`small.${i}.conv`, `down_from_small.${i + 1}.main.0`),
    ...norm(`small.${i}.norm`, `down_from_small.${i + 1}.main.1`),
  ]),
  conv('linear.small', 'rf_small', 4),
];
const ofDecoders: readonly Mapped[] = [
  ['last', 'big'],
  ['small', 'small'],
  ['middle', 'part'],
].flatMap(([ours, theirs]) => [
  ...[0, 1, 2, 3].flatMap((i) => upBlock(`${ours}.blocks.${i}`, `decoder_${theirs}.main.${i + 1}`, [1])),
  conv(`${ours}.to_image`, `decoder_${theirs}.main.5`),
]);

/** Weights and u vectors by the rule. */
function load(
  weights: NamedVariables,
  state: NamedVariables,
  prefix: string,
  names: readonly Mapped[],
): void {
  expect(Object.keys(weights).sort()).toEqual(names.map(({ ours }) => ours).sort());
  for (const { ours, theirs, toTheirs, toOurs } of names)
    tf.tidy(() => {
      const weight = weights[ours]!;
      const { shape } = toTheirs(weight);
      const scale = shape.length === 4 ? 2 : 1;
      const offset = shape.length === 4 ? -1 : theirs.endsWith('bias') ? -0.5 : 0.5;
      weight.assign(
        toOurs(
          ruledTensor(`${prefix}.${theirs}`, shape, (u) => scale * u + offset),
          weight.shape,
        ),
      );
      const u = state[ours.replace(/weight$/, 'u0')];
      if (theirs.endsWith('weight_orig'))
        u!.assign(ruledTensor(`${prefix}.${theirs.replace(/orig$/, 'u')}`, u!.shape, (v) => 2 * v - 1));
    });
}

test.each(['tensorflow', 'wasm', 'pjrt'])(
  '%s: images, logits, reconstructions, running statistics and every gradient of the reference, of R1 too',
  async (use) => {
    const io = await readSafetensors(fixture);
    const container = await createContainer();
    const backend = container.resolve('backend', { use });
    await backend.activate();
    const data = (name: string): Float32Array => io[name]!.data as Float32Array;
    const spec = (name: string) => ({
      imageShape: { height: 256, width: 256, channels: 3 },
      classes: 1,
      random: RandomStream.create(0, name),
    });
    const generator = new FastGanGenerator(
      spec('g'),
      fastGanGeneratorOptions.parse({ channels: 4, latentSize: 8 }),
    );
    const discriminator = new FastGanDiscriminator(
      spec('d'),
      fastGanDiscriminatorOptions.parse({ channels: 4 }),
    );
    const decoders = new Reconstruction({ channels: 2 }).create({
      generator,
      discriminator,
      classCounts: null,
      batchSize: 2,
      prior: { sample: (count, size, random) => random.normals(count * size) },
      random: RandomStream.create(0, 'decoders'),
    });
    const decoderWeights = decoders.weights!.discriminator!;
    load(weightsOf(generator), stateOf(generator), 'G', ofGenerator);
    load(weightsOf(discriminator), stateOf(discriminator), 'D', ofDiscriminator);
    load(decoderWeights, decoders.state!, 'D', ofDecoders);

    const still = { ...trainingCall, updateState: false };
    const y = tf.zeros<tf.Rank.R1>([2], 'int32');
    const z = ruledTensor('z', [2, 8], (u) => 4 * u - 2) as tf.Tensor2D;
    const x = tf.tidy(() => {
      const theirs = ruledTensor('x', [2, 3, 256, 256], (u) => 2 * u - 1);
      return tf.transpose(theirs, [0, 2, 3, 1]) as tf.Tensor4D;
    });
    const bound = { rtol: 1e-4, atol: 1e-4 };
    const fake = tf.tidy(() => generator.generate(z, y, still));
    tf.tidy(() => {
      const some = tf.stridedSlice(fake, [0, 4, 4, 0], [2, 256, 256, 3], [1, 16, 16, 1]);
      expectAllclose(tf.transpose(some, [0, 3, 1, 2]).flatten(), data('g'), bound);
    });
    const judge = (images: tf.Tensor4D): tf.Tensor1D => discriminator.discriminate(images, y, still);
    tf.tidy(() => {
      expectAllclose(judge(x), data('d_real'), bound);
      expectAllclose(judge(fake), data('d_fake'), bound);
    });
    // Of each image the quadrant below on the left, as in the fixture.
    const step = Object.assign(
      new ToyStep({
        network: 'discriminator',
        generator,
        discriminator,
        real: x,
        fake,
        realLabels: y,
        fakeLabels: y,
        z,
      }),
      { draw: () => tf.tensor1d([0.5, 0.7]) },
    );
    const terms = (): Readonly<Record<string, tf.Scalar>> => decoders.discriminator!(step.renew());
    tf.tidy(() => {
      for (const [name, term] of Object.entries(terms()))
        expectAllclose(term, data(`rec.${name}`)[0]!, bound);
    });
    step.renew();
    // The terms have moved their u vectors on.
    load(decoderWeights, decoders.state!, 'D', ofDecoders);

    const compare = (
      prefix: string,
      weights: NamedVariables,
      names: readonly Mapped[],
      loss: () => tf.Scalar,
    ): void => {
      const { grads, value } = tf.variableGrads(loss, Object.values(weights) as tf.Variable[]);
      const lengthOf = (theirs: string): number => Math.sqrt(data(`square.${prefix}.${theirs}`)[0]!);
      const longest = Math.max(...names.map(({ theirs }) => lengthOf(theirs)));
      expect(longest).toBeGreaterThan(0);
      for (const { ours, theirs, toTheirs } of names)
        tf.tidy(() => {
          const found = grads[weights[ours]!.name] as tf.Tensor | null | undefined;
          if (!found) {
            expect(lengthOf(theirs)).toBeLessThan(1e-5 * longest);
            return;
          }
          const gradient = toTheirs(found);
          const { shape } = io[`grad.${prefix}.${theirs}`]!;
          const steps = gradient.shape.map((side, i) => 2 ** Math.ceil(Math.log2(side / shape[i]!)));
          const begin = steps.map(() => 0);
          const some = tf.stridedSlice(gradient, begin, gradient.shape, steps);
          expect(some.shape).toEqual(shape);
          // What is as small as that is rounding: of R1 the last biases have none, here none at all.
          const length = Math.max(lengthOf(theirs), 1e-5 * longest);
          expectAllclose(tf.div(tf.norm(gradient), length), lengthOf(theirs) / length, { atol: 1e-3 });
          const expected = tf.tensor(data(`grad.${prefix}.${theirs}`), [...shape]);
          // A batch normalization follows each convolution: its gradient has no part along the weights, so it is what is left
          // of much larger numbers. Engines and processors leave up to 3e-4 of rounding in down_4.direct, 4e-5 elsewhere.
          expectAllclose(tf.div(some, length), tf.div(expected, length), { atol: 1e-3 });
        });
      tf.dispose([grads, value]);
    };
    compare(
      'D',
      { ...weightsOf(discriminator), ...decoderWeights },
      [...ofDiscriminator, ...ofDecoders],
      () => {
        const adversarial = tf.add(tf.mean(tf.softplus(tf.neg(judge(x)))), tf.mean(tf.softplus(judge(fake))));
        return tf.addN([adversarial, ...Object.values(terms())]) as tf.Scalar;
      },
    );
    step.renew();
    const squaredSlope = (): tf.Scalar => {
      const slope = tf.grad((images: tf.Tensor) => tf.sum(judge(images as tf.Tensor4D)))(x);
      return tf.mean(tf.sum(tf.square(slope), [1, 2, 3]));
    };
    tf.tidy(() => expectAllclose(squaredSlope(), data('r1')[0]!, { rtol: 1e-3 }));
    compare('R1', weightsOf(discriminator), ofDiscriminator, squaredSlope);
    compare('G', weightsOf(generator), ofGenerator, () =>
      tf.mean(tf.softplus(tf.neg(judge(generator.generate(z, y, still))))),
    );

    tf.tidy(() => discriminator.discriminate(x, y, trainingCall));
    const { variance } = stateOf(discriminator.children['blocks']!.children!['0']!.children!['norm1']!);
    expectAllclose(variance!, data('D.down_4.main.1.running_var'), bound);
    [generator, discriminator].forEach(disposeNetwork);
    tf.dispose([x, y, z, fake, decoderWeights, decoders.state!]);
    backend.dispose();
  },
  300_000,
);
