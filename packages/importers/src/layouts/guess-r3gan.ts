import { resolutionOf, type Resolution } from '@ganymede/core';
import type { HostTensors } from '@ganymede/safetensors';
import { notWeights } from '../errors.js';

/** What names and shapes of R3GAN's generator tell of it. */
export interface R3GanGuess {
  readonly resolution: Resolution;
  readonly imageChannels: number;
  /** 1 where it is unconditional. */
  readonly classes: number;
  /** Of both networks. */
  readonly shared: {
    readonly use: 'r3gan';
    readonly channels: number;
    readonly fullWidthTo: number;
    readonly blocks: number;
    readonly expansion: number;
    readonly groupChannels: number;
  };
  readonly latentSize: number;
  readonly embeddingSize: number;
}

/**
 * The options of a generator, from its tensors.
 * @param tensors - in names and layouts of ours
 * @param path - for messages
 * @throws NOT_R3GAN; BAD_WEIGHTS where widths do not stay and then halve, as those of every published network do
 */
export function guessR3Gan(tensors: HostTensors, path: string): R3GanGuess {
  const shapeOf = (name: string, rank: number): readonly number[] => {
    const shape = tensors[name]?.shape;
    if (shape?.length !== rank)
      throw notWeights(
        path,
        shape ? `${name} [${shape.join(', ')}]` : `no ${name}, which R3GAN's generator has`,
      );
    return shape;
  };
  const blocksOf = (stage: number): number =>
    Object.keys(tensors).filter(
      (name) => name.startsWith(`stages.${stage}.`) && name.endsWith('.conv1.weight'),
    ).length;
  const stages = new Set(Object.keys(tensors).flatMap((name) => /^stages\.(\d+)\./.exec(name)?.[1] ?? []))
    .size;
  if (stages === 0) throw notWeights(path, "no stages, which R3GAN's generator has");
  const ofStages = Array.from({ length: stages }, (_, stage) => {
    const [, , width, inside] = shapeOf(`stages.${stage}.blocks.0.conv1.weight`, 4) as [
      number,
      number,
      number,
      number,
    ];
    const [, , groupChannels] = shapeOf(`stages.${stage}.blocks.0.conv2.weight`, 4) as [
      number,
      number,
      number,
    ];
    return { width, expansion: inside / width, groupChannels, blocks: blocksOf(stage) };
  });
  const [first] = ofStages as [(typeof ofStages)[number]];
  const full = ofStages.filter(({ width }) => width === first.width).length - 1;
  const isRegular = ofStages.every(
    ({ width, expansion, groupChannels, blocks }, stage) =>
      width === first.width / 2 ** Math.max(0, stage - full) &&
      expansion === first.expansion &&
      groupChannels === first.groupChannels &&
      blocks === first.blocks,
  );
  if (!isRegular)
    throw notWeights(
      path,
      `stages of ${ofStages.map(({ width }) => width).join(', ')} channels, with ${ofStages.map(({ blocks }) => blocks).join(', ')} blocks, groups of ${ofStages.map(({ groupChannels }) => groupChannels).join(', ')} and expansions of ${ofStages.map(({ expansion }) => expansion).join(', ')}, which are not those of one network`,
    );
  const [height, width] = shapeOf('basis.basis', 3) as [number, number];
  const scale = 2 ** (stages - 1);
  const embedding = tensors['embedding.weight']?.shape ?? [1, 0];
  const [classes, embeddingSize] = embedding as [number, number];
  const [inputs] = shapeOf('basis.linear.weight', 2) as [number];
  const imageChannels = shapeOf('to_image.weight', 4)[3]!;
  return {
    resolution: resolutionOf({ height: height * scale, width: width * scale }),
    imageChannels,
    classes,
    shared: {
      use: 'r3gan',
      channels: first.width,
      fullWidthTo: Math.min(height, width) * 2 ** full,
      blocks: first.blocks,
      expansion: first.expansion,
      groupChannels: first.groupChannels,
    },
    latentSize: inputs - embeddingSize,
    embeddingSize: embeddingSize || 1,
  };
}
