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
export { type NetworkSpec } from './network-parts.js';
export { initializations, type Initialization } from './initialization.js';
