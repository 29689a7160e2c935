import type { HostTensors } from '@ganymede/safetensors';
import type { BigGanGuess } from './biggan-guess.js';
import { neededShape, shapeOf, spectralNormOptions, unknownBigGan } from './state-dict.js';

/** Widths at the borders of the stages, in multiples of `channels` (BigGANdeep.py: G_arch; 512: the released weights). */
const generators: Readonly<Record<number, readonly number[]>> = {
  32: [4, 4, 4, 4],
  64: [16, 16, 8, 4, 2],
  128: [16, 16, 8, 4, 2, 1],
  256: [16, 16, 8, 8, 4, 2, 1],
  512: [16, 16, 8, 8, 4, 2, 1, 1],
};

/** By number of stages. */
const discriminators: Readonly<
  Record<number, { resolution: number; firstMultiple: number; downsampled: number }>
> = {
  3: { resolution: 32, firstMultiple: 4, downsampled: 2 },
  4: { resolution: 64, firstMultiple: 1, downsampled: 4 },
  5: { resolution: 128, firstMultiple: 1, downsampled: 5 },
  6: { resolution: 256, firstMultiple: 1, downsampled: 6 },
  7: { resolution: 512, firstMultiple: 1, downsampled: 7 },
};

/** Whether a state dict is of BigGAN-deep: its blocks have four convolutions. */
export function isBigGanDeep(source: HostTensors): boolean {
  return shapeOf(source, 'blocks.0.0.conv3.weight') !== undefined;
}

/** @throws UNKNOWN_BIGGAN naming what does not fit */
export function guessDeepGenerator(source: HostTensors): BigGanGuess {
  const blocks = indices(source, /^blocks\.(\d+)\.0\.conv4\.weight$/);
  const widths = blocks.map((block) => ({
    inputs: neededShape(source, `blocks.${block}.0.conv1.weight`)[1]!,
    outputs: neededShape(source, `blocks.${block}.0.conv4.weight`)[0]!,
  }));
  const found = Object.entries(generators).flatMap(([resolution, multiples]) => {
    const stages = multiples.length - 1;
    const depth = blocks.length / stages;
    const channels = widths.at(-1)!.outputs / multiples.at(-1)!;
    if (!Number.isInteger(depth) || !Number.isInteger(channels)) return [];
    const fits = widths.every(({ inputs, outputs }, i) => {
      const stage = Math.floor(i / depth);
      const last = i % depth === depth - 1;
      return (
        inputs === multiples[stage]! * channels && outputs === multiples[last ? stage + 1 : stage]! * channels
      );
    });
    return fits ? [{ resolution: Number(resolution), depth, channels }] : [];
  })[0];
  if (!found) {
    const shown = [widths[0]!.inputs, ...widths.map(({ outputs }) => outputs)].join(', ');
    throw unknownBigGan('widths of a generator of 32 to 512 pixels', shown);
  }
  const { resolution, depth, channels } = found;
  const [imageChannels] = neededShape(source, 'output_layer.2.weight');
  const [classes, sharedSize] = neededShape(source, 'shared.weight');
  const [, conditionSize] = neededShape(source, 'linear.weight');
  return {
    network: 'generator',
    component: 'biggan-deep',
    resolution,
    imageChannels: imageChannels!,
    classes: classes!,
    options: {
      channels,
      attention: indices(source, /^blocks\.(\d+)\.1\.gamma$/).map(
        (block) => 8 * 2 ** Math.floor(block / depth),
      ),
      ...spectralNormOptions(source),
      depth,
      latentSize: conditionSize! - sharedSize!,
      sharedSize: sharedSize!,
    },
  };
}

/** @throws UNKNOWN_BIGGAN naming what does not fit */
export function guessDeepDiscriminator(source: HostTensors): BigGanGuess {
  const stages = indices(source, /^blocks\.(\d+)\./).length;
  const architecture = discriminators[stages];
  if (!architecture)
    throw unknownBigGan(`${Object.keys(discriminators).join(', ')} stages of D`, String(stages));
  const { resolution, firstMultiple, downsampled } = architecture;
  const [width, imageChannels] = neededShape(source, 'input_conv.weight');
  const [classes] = neededShape(source, 'embed.weight');
  const channels = width! / firstMultiple;
  if (!Number.isInteger(channels))
    throw unknownBigGan(`a first width that ${firstMultiple} divides`, String(width));
  return {
    network: 'discriminator',
    component: 'biggan-deep',
    resolution,
    imageChannels: imageChannels!,
    classes: classes!,
    options: {
      channels,
      attention: [
        ...new Set(
          indices(source, /^blocks\.(\d+)\.\d+\.gamma$/).map(
            (stage) => resolution / 2 ** Math.min(stage + 1, downsampled),
          ),
        ),
      ],
      ...spectralNormOptions(source),
      depth: indices(source, /^blocks\.0\.(\d+)\.conv1\.weight$/).length,
    },
  };
}

/** The numbers that a pattern's group matches among the names, ascending, each once. */
function indices(source: HostTensors, pattern: RegExp): readonly number[] {
  const found = Object.keys(source).flatMap((name) => pattern.exec(name)?.[1] ?? []);
  return [...new Set(found.map(Number))].sort((a, b) => a - b);
}
