export {
  BigGanDiscriminator,
  BigGanGenerator,
  bigganDiscriminator,
  bigganDiscriminatorOptions,
  bigganGenerator,
  bigganGeneratorOptions,
  type BigGanDiscriminatorOptions,
  type BigGanGeneratorOptions,
} from './biggan.js';
export {
  BigGanDeepDiscriminator,
  BigGanDeepGenerator,
  bigganDeepDiscriminator,
  bigganDeepDiscriminatorOptions,
  bigganDeepGenerator,
  bigganDeepGeneratorOptions,
  type BigGanDeepDiscriminatorOptions,
  type BigGanDeepGeneratorOptions,
} from './biggan-deep.js';
export {
  SaganDiscriminator,
  SaganGenerator,
  saganDiscriminator,
  saganDiscriminatorOptions,
  saganGenerator,
  saganGeneratorOptions,
  type SaganDiscriminatorOptions,
  type SaganGeneratorOptions,
} from './sagan.js';
export {
  SnganDiscriminator,
  SnganGenerator,
  snganDiscriminator,
  snganDiscriminatorOptions,
  snganGenerator,
  snganGeneratorOptions,
  type SnganDiscriminatorOptions,
  type SnganGeneratorOptions,
} from './sngan.js';
export {
  DcganDiscriminator,
  DcganGenerator,
  dcganDiscriminator,
  dcganDiscriminatorOptions,
  dcganGenerator,
  dcganGeneratorOptions,
  type DcganDiscriminatorOptions,
  type DcganGeneratorOptions,
} from './dcgan.js';
export {
  R3GanDiscriminator,
  R3GanGenerator,
  r3ganDiscriminator,
  r3ganDiscriminatorOptions,
  r3ganGenerator,
  r3ganGeneratorOptions,
  type R3GanDiscriminatorOptions,
  type R3GanGeneratorOptions,
} from './r3gan.js';
export {
  FastGanDiscriminator,
  fastGanDiscriminator,
  fastGanDiscriminatorOptions,
  type FastGanDiscriminatorOptions,
} from './fastgan-discriminator.js';
export {
  FastGanGenerator,
  fastGanGenerator,
  fastGanGeneratorOptions,
  type FastGanGeneratorOptions,
} from './fastgan-generator.js';
export { type NetworkSpec } from './network-parts.js';
export { normalizations, type Normalization } from './normalization.js';
export { initializations, type Initialization } from './initialization.js';
