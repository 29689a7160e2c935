import { resolutionText, type Resolution } from '@ganymede/core';
import { thousands } from './choice.js';
import type { DataFacts } from '../survey/data-facts.js';

/** Where weights of another run are worth more than a fresh start; FreezeD's own sets have 100 to 1,000s of images. */
const few = 5000;
/** FreezeD's tables freeze the first blocks of D (arXiv:2002.10964, section 4). */
const frozenBlocks = 2;

/** What else to type, as commands. */
export function hints(
  { images }: Pick<DataFacts, 'images'>,
  file: string,
  resolution: Resolution,
): readonly string[] {
  const train = `ganymede train --config ${file}`;
  return [
    train,
    ...(images < few
      ? [
          `${train} --init <run> --freeze-discriminator ${frozenBlocks}    # ${thousands(images)} images: begin with a run of ${resolutionText(resolution)} pixels on more images like these (FreezeD, arXiv:2002.10964)`,
        ]
      : []),
    `ganymede probe-gamma --config ${file} --regularizer r1    # which gamma of R1 holds`,
  ];
}
