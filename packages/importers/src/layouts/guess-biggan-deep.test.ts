import type { HostTensor } from '@ganymede/safetensors';
import { guessBigGan } from './guess-biggan.js';

const zeros = (...shape: number[]): HostTensor => ({
  dtype: 'F32',
  shape,
  data: new Float32Array(shape.reduce((product, size) => product * size, 1)),
});

/** Names and shapes that `BigGANdeep.py` gives a generator of G_ch = 1, n_classes = 5, dim_z = 3, shared_dim = 2. */
function generator(widths: readonly number[], depth: number, attentionBlock: number) {
  const dict: Record<string, HostTensor> = {
    'shared.weight': zeros(5, 2),
    'linear.weight': zeros(16 * widths[0]!, 5),
    'linear.u0': zeros(1, 16 * widths[0]!),
    'linear.sv0': zeros(1),
  };
  for (let block = 0; block < (widths.length - 1) * depth; block++) {
    const stage = Math.floor(block / depth);
    const inputs = widths[stage]!;
    const outputs = block % depth === depth - 1 ? widths[stage + 1]! : inputs;
    const hidden = Math.floor(inputs / 4);
    dict[`blocks.${block}.0.conv1.weight`] = zeros(hidden, inputs, 1, 1);
    dict[`blocks.${block}.0.conv3.weight`] = zeros(hidden, hidden, 3, 3);
    dict[`blocks.${block}.0.conv4.weight`] = zeros(outputs, hidden, 1, 1);
  }
  dict[`blocks.${attentionBlock}.1.gamma`] = zeros();
  dict['output_layer.2.weight'] = zeros(1, widths.at(-1)!, 3, 3);
  return dict;
}

/** The same of a discriminator of D_ch = 4. */
function discriminator(widths: readonly number[], depth: number, attentionStage: number) {
  const dict: Record<string, HostTensor> = { 'input_conv.weight': zeros(widths[0]!, 3, 3, 3) };
  widths.slice(1).forEach((outputs, stage) => {
    for (let i = 0; i < depth; i++) {
      dict[`blocks.${stage}.${i}.conv1.weight`] = zeros(
        outputs / 4,
        i === 0 ? widths[stage]! : outputs,
        1,
        1,
      );
      dict[`blocks.${stage}.${i}.conv3.weight`] = zeros(outputs / 4, outputs / 4, 3, 3);
    }
    if (stage === attentionStage) dict[`blocks.${stage}.${depth}.gamma`] = zeros();
  });
  return { ...dict, 'linear.weight': zeros(1, widths.at(-1)!), 'embed.weight': zeros(5, widths.at(-1)!) };
}

describe('a generator of BigGAN-deep', () => {
  it.each([
    [128, 2, [16, 16, 8, 4, 2, 1], 7, 64],
    [256, 2, [16, 16, 8, 8, 4, 2, 1], 7, 64],
    [512, 1, [16, 16, 8, 8, 4, 2, 1, 1], 2, 32],
    [64, 3, [16, 16, 8, 4, 2], 5, 16],
    [32, 2, [4, 4, 4, 4], 1, 8],
  ])('of %i pixels and depth %i is guessed', (resolution, depth, multiples, block, attention) => {
    const widths = multiples.map((multiple) => multiple * 4);
    expect(guessBigGan(generator(widths, depth, block))).toEqual({
      network: 'generator',
      component: 'biggan-deep',
      resolution,
      imageChannels: 1,
      classes: 5,
      options: {
        channels: 4,
        attention: [attention],
        spectralNorm: true,
        singularValues: 1,
        depth,
        latentSize: 3,
        sharedSize: 2,
      },
    });
  });

  it('of no known widths is refused', () => {
    expect(() => guessBigGan(generator([64, 32, 32, 16, 8, 4], 2, 7))).toThrow(
      expect.objectContaining({
        code: 'UNKNOWN_BIGGAN',
        message:
          'BigGAN-PyTorch weights: expected widths of a generator of 32 to 512 pixels, got 64, 64, 32, 32, 32, 32, 16, 16, 8, 8, 4',
      }),
    );
  });
});

describe('a discriminator of BigGAN-deep', () => {
  it.each([
    [128, 2, [1, 2, 4, 8, 16, 16], 0, 64],
    [256, 1, [1, 2, 4, 8, 8, 16, 16], 1, 64],
    [64, 2, [1, 2, 4, 8, 16], 0, 32],
  ])('of %i pixels and depth %i is guessed', (resolution, depth, multiples, stage, attention) => {
    const widths = multiples.map((multiple) => multiple * 4);
    expect(guessBigGan(discriminator(widths, depth, stage))).toEqual({
      network: 'discriminator',
      component: 'biggan-deep',
      resolution,
      imageChannels: 3,
      classes: 5,
      options: { channels: 4, attention: [attention], spectralNorm: false, singularValues: 1, depth },
    });
  });

  it('of more stages than any is refused', () => {
    const widths = Array.from({ length: 10 }, () => 4);
    expect(() => guessBigGan(discriminator(widths, 1, 0))).toThrow(
      /expected 3, 4, 5, 6, 7 stages of D, got 9/,
    );
  });
});
