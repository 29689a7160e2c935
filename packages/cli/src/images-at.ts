import type { ComponentChoice } from '@ganymede/toolkit';

/** A path of images; `cifar-10-binary.tar.gz:test` names a split of those that have them. */
export function imagesAt(text: string): ComponentChoice {
  const split = /^(.+):(train|test)$/.exec(text);
  return split ? { use: 'auto', path: split[1]!, split: split[2]! } : { use: 'auto', path: text };
}
