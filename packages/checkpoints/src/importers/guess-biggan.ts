import { GanymedeError } from '@ganymede/core';
import type { HostTensors } from '../host-tensor.js';
import { bigganNetworkOf, withoutPrefix } from './biggan-pytorch.js';

/** What names and shapes of a BigGAN-PyTorch state dict tell of its network; the options of components `biggan`. */
export interface BigGanGuess {
  readonly network: 'generator' | 'discriminator';
  /** Pixels a side. */
  readonly resolution: number;
  readonly imageChannels: number;
  readonly classes: number;
  readonly options: {
    readonly channels: number;
    readonly attention: readonly number[];
    readonly spectralNorm: boolean;
    readonly singularValues: number;
    /** Generators only. */
    readonly latentSize?: number;
    readonly hierarchical?: boolean;
    readonly sharedEmbedding?: boolean;
    /** Only with a shared embedding. */
    readonly sharedSize?: number;
    /** Discriminators only. */
    readonly wide?: boolean;
  };
}

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
 * Tells the architecture of a BigGAN (not BigGAN-deep) from a state dict. What no shape shows is not in the answer:
 * epsilons, and the number of power iterations.
 * @throws NOT_BIGGAN, UNKNOWN_BIGGAN naming what does not fit
 */
export function guessBigGan(stateDict: HostTensors): BigGanGuess {
  const source = withoutPrefix(stateDict);
  const network = bigganNetworkOf(source);
  if (shapeOf(source, 'blocks.0.0.conv3.weight'))
    throw unknown('blocks of two convolutions', 'blocks of four (BigGAN-deep)');
  return network === 'generator' ? guessGenerator(source) : guessDiscriminator(source);
}

function guessGenerator(source: HostTensors): BigGanGuess {
  const blocks = blockCount(source);
  const architecture = generators[blocks];
  if (!architecture) throw unknown(`${Object.keys(generators).join(', ')} blocks of G`, String(blocks));
  const [imageChannels, width] = needed(source, 'output_layer.2.weight');
  const [gainFirst, gainSecond] = needed(source, 'blocks.0.0.bn1.gain.weight');
  const [outputs, linearInputs] = needed(source, 'linear.weight');
  const shared = shapeOf(source, 'shared.weight');
  const firstWidth = outputs! / positions;
  // With a shared embedding a gain is linear [out, in]; without, an embedding [classes, out].
  const chunk = shared ? gainSecond! - shared[1]! : 0;
  const hierarchical = chunk > 0;
  if (hierarchical && chunk !== linearInputs)
    throw unknown(
      `chunks of ${linearInputs} of z, as linear.weight has`,
      `${chunk} in blocks.0.0.bn1.gain.weight`,
    );
  const channels = width! / architecture.lastMultiple;
  const expectedFirst = channels * (blocks === 3 ? 4 : 16);
  if (!Number.isInteger(channels) || firstWidth !== expectedFirst)
    throw unknown(`a first map of ${expectedFirst} channels for ${width} at the end`, String(firstWidth));
  return {
    network: 'generator',
    resolution: architecture.resolution,
    imageChannels: imageChannels!,
    classes: shared ? shared[0]! : gainFirst!,
    options: {
      channels,
      attention: attentionBlocks(source).map((block) => 8 * 2 ** block),
      ...spectralNormOf(source),
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
  if (!architecture) throw unknown(`${Object.keys(discriminators).join(', ')} blocks of D`, String(blocks));
  const { resolution, firstMultiple, downsampled } = architecture;
  const [width] = needed(source, 'blocks.0.0.conv2.weight');
  const [, imageChannels] = needed(source, 'blocks.0.0.conv1.weight');
  const [classes] = needed(source, 'embed.weight');
  // The hidden width of a block that widens is its output's in wide discriminators, its input's in others.
  const widening = Array.from({ length: blocks }, (_, i) => needed(source, `blocks.${i}.0.conv1.weight`)).map(
    ([hidden, inputs], i) => ({ hidden, inputs, outputs: needed(source, `blocks.${i}.0.conv2.weight`)[0] }),
  );
  const telling = widening.find(({ inputs, outputs }) => inputs !== outputs);
  const channels = width! / firstMultiple;
  if (!Number.isInteger(channels))
    throw unknown(`a first width that ${firstMultiple} divides`, String(width));
  return {
    network: 'discriminator',
    resolution,
    imageChannels: imageChannels!,
    classes: classes!,
    options: {
      channels,
      attention: attentionBlocks(source).map((block) => resolution / 2 ** Math.min(block + 1, downsampled)),
      ...spectralNormOf(source),
      wide: telling === undefined || telling.hidden === telling.outputs,
    },
  };
}

function shapeOf(source: HostTensors, name: string): readonly number[] | undefined {
  return Object.hasOwn(source, name) ? source[name]!.shape : undefined;
}

function needed(source: HostTensors, name: string): readonly number[] {
  const shape = shapeOf(source, name);
  if (!shape) throw unknown(`a tensor ${name}`, 'none');
  return shape;
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

function spectralNormOf(source: HostTensors): { spectralNorm: boolean; singularValues: number } {
  const tracked = Object.keys(source).filter((name) => /^linear\.u\d+$/.test(name)).length;
  return { spectralNorm: tracked > 0, singularValues: Math.max(1, tracked) };
}

function unknown(expected: string, got: string): GanymedeError {
  return new GanymedeError('UNKNOWN_BIGGAN', `BigGAN-PyTorch weights: expected ${expected}, got ${got}`, {
    hint: 'Name the options of the network yourself.',
  });
}
