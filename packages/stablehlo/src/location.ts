import { quoted } from './attribute-text.js';

/** `loc("discriminator/block1/convolution")` */
export const locationText = (path: readonly string[]): string => `loc(${quoted(path.join('/'))})`;
