import { readSafetensors } from '@ganymede/checkpoints';
import { disposeNetwork, RandomStream, trainingCall, weightsOf, type LayerNode } from '@ganymede/core';
import { createContainer } from '../../container.js';
import { expectAllclose } from '@ganymede/testing';
import {
  DcganDiscriminator,
  dcganDiscriminatorOptions,
  DcganGenerator,
  dcganGeneratorOptions,
} from '@ganymede/models';
import * as tf from '@tensorflow/tfjs';
import { resolve } from 'node:path';

/** Made by the DCGAN of pytorch/examples: see make-dcgan.py beside it. */
const fixture = resolve(__dirname, '../../../../models/fixtures/dcgan/fixture.safetensors');
const size = 2;
const spec = (name: string) => ({
  imageShape: { height: 64, width: 64, channels: 3 },
  classes: 1,
  random: RandomStream.create(0, name),
});

/** Our name of a weight, PyTorch's, and the axes of PyTorch's tensor in our order. */
type Mapped = readonly [ours: string, theirs: string, fromTheirs: (tensor: tf.Tensor) => tf.Tensor];
const same = (x: tf.Tensor): tf.Tensor => x;
/** [out, in, kh, kw], or [in, out, kh, kw] of a transposed one, to [kh, kw, in, out] or [kh, kw, out, in]. */
const kernel = (x: tf.Tensor): tf.Tensor => tf.transpose(x, [2, 3, 1, 0]);

const ofGenerator: readonly Mapped[] = [
  ['linear.weight', 'main.0.weight', (x) => tf.reshape(tf.transpose(x, [0, 2, 3, 1]), [6, -1])],
  ...[0, 1, 2, 3].flatMap((stage): Mapped[] => [
    [`stages.${stage}.norm.gain`, `main.${3 * stage + 1}.weight`, same],
    [`stages.${stage}.norm.bias`, `main.${3 * stage + 1}.bias`, same],
    [`stages.${stage}.conv.weight`, `main.${3 * stage + 3}.weight`, kernel],
  ]),
];
const ofDiscriminator: readonly Mapped[] = [
  ['stages.0.conv.weight', 'main.0.weight', kernel],
  ...[1, 2, 3].flatMap((stage): Mapped[] => [
    [`stages.${stage}.conv.weight`, `main.${3 * stage - 1}.weight`, kernel],
    [`stages.${stage}.norm.gain`, `main.${3 * stage}.weight`, same],
    [`stages.${stage}.norm.bias`, `main.${3 * stage}.bias`, same],
  ]),
  ['linear.weight', 'main.11.weight', (x) => tf.reshape(tf.transpose(x, [0, 2, 3, 1]), [-1, 1])],
];

test.each(['tensorflow', 'wasm', 'pjrt'])(
  '%s: images, logits, running statistics and every gradient of the reference',
  async (use) => {
    const io = await readSafetensors(fixture);
    const container = await createContainer();
    const backend = container.resolve('backend', { use });
    await backend.activate();
    const tensor = (name: string): tf.Tensor =>
      tf.tensor(io[name]!.data as Float32Array, [...io[name]!.shape]);
    const load = (network: LayerNode, prefix: string, names: readonly Mapped[]): void => {
      const weights = weightsOf(network);
      expect(Object.keys(weights).sort()).toEqual(names.map(([ours]) => ours).sort());
      for (const [ours, theirs, from] of names)
        tf.tidy(() => weights[ours]!.assign(from(tensor(`${prefix}.${theirs}`))));
    };
    const options = { channels: size };
    const g = new DcganGenerator(spec('g'), dcganGeneratorOptions.parse({ ...options, latentSize: 6 }));
    const d = new DcganDiscriminator(spec('d'), dcganDiscriminatorOptions.parse(options));
    load(g, 'G', ofGenerator);
    load(d, 'D', ofDiscriminator);

    const y = tf.zeros<tf.Rank.R1>([3], 'int32');
    const z = tensor('z') as tf.Tensor2D;
    const x = tf.tidy(() => tf.transpose(tensor('x'), [0, 2, 3, 1]) as tf.Tensor4D);
    const bound = { rtol: 1e-4, atol: 1e-4 };
    const fake = tf.tidy(() => g.generate(z, y, trainingCall));
    tf.tidy(() => expectAllclose(tf.transpose(fake, [0, 3, 1, 2]), tensor('g'), bound));
    const judge = (images: tf.Tensor4D): tf.Tensor1D => d.discriminate(images, y, trainingCall);
    tf.tidy(() => {
      expectAllclose(judge(x), tensor('d_real'), bound);
      expectAllclose(judge(fake), tensor('d_fake'), bound);
    });
    const stage = d.children['stages']!.children!['1']!.children!['norm']!;
    expectAllclose(stage.state!['variance']!, io['D.main.3.running_var']!.data as Float32Array, bound);

    const compare = (network: LayerNode, prefix: string, names: readonly Mapped[], loss: () => tf.Scalar) => {
      const weights = weightsOf(network);
      const { grads, value } = tf.variableGrads(loss, Object.values(weights) as tf.Variable[]);
      for (const [ours, theirs, from] of names)
        tf.tidy(() => {
          const expected = from(tensor(`grad.${prefix}.${theirs}`));
          const most = expected.abs().max().dataSync()[0]!;
          expect(most).toBeGreaterThan(0);
          expectAllclose(tf.div(grads[weights[ours]!.name]!, most), tf.div(expected, most), { atol: 2e-4 });
        });
      tf.dispose([grads, value]);
    };
    const still = { ...trainingCall, updateState: false };
    const logits = (images: tf.Tensor4D): tf.Tensor1D => d.discriminate(images, y, still);
    compare(d, 'D', ofDiscriminator, () =>
      tf.add(tf.mean(tf.softplus(tf.neg(logits(x)))), tf.mean(tf.softplus(logits(fake)))),
    );
    compare(g, 'G', ofGenerator, () => tf.mean(tf.softplus(tf.neg(logits(g.generate(z, y, still))))));
    [g, d].forEach(disposeNetwork);
    tf.dispose([x, y, z, fake]);
    backend.dispose();
  },
  120_000,
);
