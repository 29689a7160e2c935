import { resolutionText, sidesOf, type Resolution } from '@ganymede/core';
import { thousands } from './choice.js';
import type { MachineFacts } from '../machine-facts.js';
import type { DataFacts } from '../survey/data-facts.js';

/** Where weights of another run are worth more than a fresh start; FreezeD's own sets have 100 to 1,000s of images. */
const few = 5000;
/** FreezeD's tables freeze the first blocks of D (arXiv:2002.10964, section 4). */
const frozenBlocks = 2;

/** FastGAN's few-shot sets have 1,000 images at most, at 256 pixels and more (arXiv:2101.04775, section 4). */
const fewShot = { images: 1000, side: 256, preset: 'fastgan-few-shot' };

/** docs/cifar10.md has half an hour of it on one core, at 32 pixels; its networks were published at 64 (arXiv:1511.06434). */
const hurried = { side: 64, preset: 'dcgan-small' };

/** What else to type, as commands. */
export function hints(
  { images }: Pick<DataFacts, 'images'>,
  { isAccelerated }: Pick<MachineFacts, 'isAccelerated'>,
  file: string,
  resolution: Resolution,
  preset: string,
): readonly string[] {
  const train = `ganymede train --config ${file}`;
  const { height, width } = sidesOf(resolution);
  const isFewShot =
    preset !== fewShot.preset && images <= fewShot.images && Math.min(height, width) >= fewShot.side;
  const isLong = preset !== hurried.preset && !isAccelerated && Math.max(height, width) <= hurried.side;
  return [
    train,
    ...(images < few
      ? [
          `${train} --init <run> --freeze-discriminator ${frozenBlocks}    # ${thousands(images)} images: begin with a run of ${resolutionText(resolution)} pixels on more images like these (FreezeD, arXiv:2002.10964)`,
        ]
      : []),
    ...(isFewShot
      ? [
          `ganymede recommend <data> --preset ${fewShot.preset} --out <other>    # ${thousands(images)} images: a recipe made for so few (FastGAN, arXiv:2101.04775)`,
        ]
      : []),
    ...(isLong
      ? [
          `ganymede recommend <data> --preset ${hurried.preset} --out <other>    # networks that show something after half an hour without a GPU`,
        ]
      : []),
    `ganymede probe-gamma --config ${file} --regularizer r1    # which gamma of R1 holds`,
  ];
}
