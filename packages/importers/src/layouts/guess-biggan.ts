import type { HostTensors } from '@ganymede/safetensors';
import { bigganNetworkOf, withoutPrefix } from './biggan-pytorch.js';
import { guessDeepDiscriminator, guessDeepGenerator, isBigGanDeep } from './guess-biggan-deep.js';
import { neededShape, shapeOf, spectralNormOptions, unknownBigGan } from './state-dict.js';
import type { BigGanGuess } from './biggan-guess.js';

/** Number of blocks to pixels a side; the multiples of `channels` by which widths are known (BigGAN.py: G_arch, D_arch). */
const generators: Readonly<Record<number, { resolution: number; lastMultiple: number }>> = {
  3: { resolution: 32, lastMultiple: 4 },
  4: { resolution: 64, lastMultiple: 2 },
  5: { resolution: 128, lastMultiple: 1 },
  6: { resolution: 256, lastMultiple: 1 },
  7: { resolution: 512, lastMultiple: 1 },
};
const discriminators: Readonly<
  Record<number, { resolution: number; firstMultiple: number; downsampled: number }>
> = {
  4: { resolution: 32, firstMultiple: 4, downsampled: 2 },
  5: { resolution: 64, firstMultiple: 1, downsampled: 4 },
  6: { resolution: 128, firstMultiple: 1, downsampled: 5 },
  7: { resolution: 256, firstMultiple: 1, downsampled: 6 },
  8: { resolution: 512, firstMultiple: 1, downsampled: 7 },
};

/** Positions of the generator's first map, 4x4. */
const positions = 16;

/**
 * Tells the architecture of a BigGAN or a BigGAN-deep from a state dict. What no shape shows is not in the answer:
 * epsilons, and the number of power iterations.
 * @throws NOT_BIGGAN, UNKNOWN_BIGGAN naming what does not fit
 */
export function guessBigGan(stateDict: HostTensors): BigGanGuess {
  const source = withoutPrefix(stateDict);
  const network = bigganNetworkOf(source);
  if (isBigGanDeep(source))
    return network === 'generator' ? guessDeepGenerator(source) : guessDeepDiscriminator(source);
  return network === 'generator' ? guessGenerator(source) : guessDiscriminator(source);
}

function guessGenerator(source: HostTensors): BigGanGuess {
  const blocks = blockCount(source);
  const architecture = generators[blocks];
  if (!architecture) throw unknownBigGan(`${Object.keys(generators).join(', ')} blocks of G`, String(blocks));
  const [imageChannels, width] = neededShape(source, 'output_layer.2.weight');
  const [gainFirst, gainSecond] = neededShape(source, 'blocks.0.0.bn1.gain.weight');
  const [outputs, linearInputs] = neededShape(source, 'linear.weight');
  const shared = shapeOf(source, 'shared.weight');
  const firstWidth = outputs! / positions;
  // With a shared embedding a gain is linear [out, in]; without, an embedding [classes, out].
  const chunk = shared ? gainSecond! - shared[1]! : 0;
  const hierarchical = chunk > 0;
  if (hierarchical && chunk !== linearInputs)
    throw unknownBigGan(
      `chunks of ${linearInputs} of z, as linear.weight has`,
      `${chunk} in blocks.0.0.bn1.gain.weight`,
    );
  const channels = width! / architecture.lastMultiple;
  const expectedFirst = channels * (blocks === 3 ? 4 : 16);
  if (!Number.isInteger(channels) || firstWidth !== expectedFirst)
    throw unknownBigGan(
      `a first map of ${expectedFirst} channels for ${width} at the end`,
      String(firstWidth),
    );
  return {
    network: 'generator',
    component: 'biggan',
    resolution: architecture.resolution,
    imageChannels: imageChannels!,
    classes: shared ? shared[0]! : gainFirst!,
    options: {
      channels,
      attention: attentionBlocks(source).map((block) => 8 * 2 ** block),
      ...spectralNormOptions(source),
      latentSize: hierarchical ? linearInputs! * (blocks + 1) : linearInputs!,
      hierarchical,
      sharedEmbedding: shared !== undefined,
      ...(shared && { sharedSize: shared[1]! }),
    },
  };
}

function guessDiscriminator(source: HostTensors): BigGanGuess {
  const blocks = blockCount(source);
  const architecture = discriminators[blocks];
  if (!architecture)
    throw unknownBigGan(`${Object.keys(discriminators).join(', ')} blocks of D`, String(blocks));
  const { resolution, firstMultiple, downsampled } = architecture;
  const [width] = neededShape(source, 'blocks.0.0.conv2.weight');
  const [, imageChannels] = neededShape(source, 'blocks.0.0.conv1.weight');
  const [classes] = neededShape(source, 'embed.weight');
  // The hidden width of a block that widens is its output's in wide discriminators, its input's in others.
  const widening = Array.from({ length: blocks }, (_, i) =>
    neededShape(source, `blocks.${i}.0.conv1.weight`),
  ).map(([hidden, inputs], i) => ({
    hidden,
    inputs,
    outputs: neededShape(source, `blocks.${i}.0.conv2.weight`)[0],
  }));
  const telling = widening.find(({ inputs, outputs }) => inputs !== outputs);
  const channels = width! / firstMultiple;
  if (!Number.isInteger(channels))
    throw unknownBigGan(`a first width that ${firstMultiple} divides`, String(width));
  return {
    network: 'discriminator',
    component: 'biggan',
    resolution,
    imageChannels: imageChannels!,
    classes: classes!,
    options: {
      channels,
      // Two blocks can have one resolution, which is then named once.
      attention: [
        ...new Set(
          attentionBlocks(source).map((block) => resolution / 2 ** Math.min(block + 1, downsampled)),
        ),
      ],
      ...spectralNormOptions(source),
      wide: telling === undefined || telling.hidden === telling.outputs,
    },
  };
}

function blockCount(source: HostTensors): number {
  const indices = Object.keys(source).flatMap((name) => /^blocks\.(\d+)\./.exec(name)?.[1] ?? []);
  return new Set(indices).size;
}

/** Indices of the blocks that self-attention follows, ascending. */
function attentionBlocks(source: HostTensors): number[] {
  return Object.keys(source)
    .flatMap((name) => /^blocks\.(\d+)\.\d+\.gamma$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}
