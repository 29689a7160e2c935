import * as tf from '@tensorflow/tfjs';
import {
  disposeNetwork,
  evaluationCall,
  RandomStream,
  weightsOf,
  type Discriminator,
  type Generator,
  type LayerNode,
} from '@ganymede/core';
import { discriminatorContract, fromComponent, generatorContract } from '@ganymede/testing';
import {
  bigganDeepDiscriminator,
  bigganDeepGenerator,
  bigganDiscriminator,
  bigganGenerator,
  saganDiscriminator,
  saganGenerator,
  snganDiscriminator,
  snganGenerator,
} from './index.js';

beforeAll(() => tf.setBackend('cpu'));

const attention = [8];
const networks = {
  biggan: [
    fromComponent(bigganGenerator, { channels: 2, latentSize: 8, attention }),
    fromComponent(bigganDiscriminator, { channels: 4, attention }),
  ],
  'biggan-deep': [
    fromComponent(bigganDeepGenerator, { channels: 4, depth: 1, latentSize: 8, attention }),
    fromComponent(bigganDeepDiscriminator, { channels: 4, depth: 1, attention }),
  ],
  sagan: [
    fromComponent(saganGenerator, { channels: 2, latentSize: 8, attention }),
    fromComponent(saganDiscriminator, { channels: 4, attention }),
  ],
  sngan: [
    fromComponent(snganGenerator, { channels: 2, latentSize: 8 }),
    fromComponent(snganDiscriminator, { channels: 2 }),
  ],
} as const;

const spec = (height: number, width: number) => ({
  imageShape: { height, width, channels: 3 },
  classes: 2,
  random: RandomStream.create(0, 'weights'),
});

const made = (id: keyof typeof networks, height: number, width: number): [Generator, Discriminator] => [
  networks[id][0].create().create(spec(height, width)),
  networks[id][1].create().create(spec(height, width)),
];

const gates = (network: LayerNode): number =>
  Object.keys(weightsOf(network)).filter((name) => name.endsWith('.gamma')).length;

generatorContract(fromComponent(bigganGenerator, { channels: 2, attention: [], latentSize: 8 }), {
  resolution: [40, 32],
  channels: 3,
  classes: 2,
});
discriminatorContract(fromComponent(bigganDiscriminator, { channels: 2, attention: [] }), {
  resolution: [32, 40],
  channels: 3,
  classes: 2,
});

describe.each(Object.keys(networks) as (keyof typeof networks)[])('%s', (id) => {
  test.each([
    [40, 32],
    [32, 48],
  ])('makes and takes images of %d by %d', (height, width) => {
    const [g, d] = made(id, height, width);
    tf.tidy(() => {
      const y = tf.tensor1d([0, 1], 'int32');
      const images = g.generate(tf.ones([2, g.latentSize]), y, evaluationCall);
      expect(images.shape).toEqual([2, height, width, 3]);
      expect(d.discriminate(images, y, evaluationCall).dataSync().every(Number.isFinite)).toBe(true);
    });
    [g, d].forEach(disposeNetwork);
  });

  test('as many attentions as the square of its shorter side has, and other weights in the first layer alone', () => {
    const [ofSquare, others] = [made(id, 32, 32), made(id, 48, 32)];
    for (const at of [0, 1] as const) {
      const [square, other] = [ofSquare[at], others[at]];
      expect(gates(other)).toBe(gates(square));
      const shapes = (network: LayerNode): Record<string, readonly number[]> =>
        Object.fromEntries(Object.entries(weightsOf(network)).map(([name, { shape }]) => [name, shape]));
      const differing = Object.entries(shapes(square)).filter(
        ([name, shape]) => String(shapes(other)[name]) !== String(shape),
      );
      expect(differing.map(([name]) => name)).toEqual(at === 0 ? ['linear.weight', 'linear.bias'] : []);
    }
    [...ofSquare, ...others].forEach(disposeNetwork);
  });
});

const attending = {
  biggan: (level: number) => fromComponent(bigganDiscriminator, { channels: 4, attention: [level] }),
  'biggan-deep': (level: number) =>
    fromComponent(bigganDeepDiscriminator, { channels: 4, depth: 1, attention: [level] }),
  sagan: (level: number) => fromComponent(saganDiscriminator, { channels: 4, attention: [level] }),
} as const;

test.each([
  ['biggan', 4, [96, 80], '6x5', 32, [96, 64]],
  ['biggan-deep', 4, [80, 64], '5x4', 32, [64, 96]],
  ['sagan', 2, [96, 64], '3x2', 64, [64, 64]],
] as const)(
  '%s: attention %i in images of %j is refused when the discriminator is made',
  (id, level, refused, map, multiple, taken) => {
    const of = ([height, width]: readonly [number, number]): Discriminator =>
      attending[id](level).create().create(spec(height, width));
    expect(() => of(refused)).toThrow(
      expect.objectContaining({
        code: 'ATTENTION_SIZE',
        message: `${id} discriminator: expected self-attention at maps with even sides, got attention ${level}, where they have ${map}`,
        hint: `Leave ${level} out of the network's attention, or take images whose sides are multiples of ${multiple}.`,
      }),
    );
    const d = of(taken);
    const logits = tf.tidy(() =>
      d.discriminate(tf.ones([2, ...taken, 3]), tf.tensor1d([0, 1], 'int32'), evaluationCall).dataSync(),
    );
    expect([gates(d), logits.every(Number.isFinite)]).toEqual([id === 'biggan' ? 2 : 1, true]);
    disposeNetwork(d);
  },
);

/** Rows and columns swapped anywhere would show in an image whose values tell where they came from. */
test('the first map is height by width', () => {
  const [g] = made('sngan', 48, 32);
  const bias = weightsOf(g)['linear.bias']!;
  const channels = bias.size / (6 * 4);
  // Only the first row of the base is lit, so that the lower rows of the image are one colour.
  tf.tidy(() => {
    weightsOf(g)['linear.weight']!.assign(tf.zeros(weightsOf(g)['linear.weight']!.shape));
    bias.assign(tf.tensor1d(Float32Array.from({ length: bias.size }, (_, i) => (i < 4 * channels ? 3 : 0))));
    const image = g.generate(tf.ones([1, g.latentSize]), tf.tensor1d([0], 'int32'), evaluationCall);
    const spread = (part: tf.Tensor4D): number =>
      part
        .sub(part.mean([1, 2], true))
        .abs()
        .max()
        .arraySync() as number;
    // A base row is 8 pixels; convolutions reach 1 + 2 + 4 + ... further. The border column differs by padding alone.
    const inner = image.slice([0, 0, 10, 0], [1, 48, 12, 3]) as tf.Tensor4D;
    const lower = inner.slice([0, 34, 0, 0], [1, 4, 12, 3]) as tf.Tensor4D;
    expect(spread(inner)).toBeGreaterThan(100 * spread(lower));
  });
  disposeNetwork(g);
});
