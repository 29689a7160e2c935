export {
  BigGanDiscriminator,
  BigGanGenerator,
  bigganDiscriminator,
  bigganDiscriminatorOptions,
  bigganGenerator,
  bigganGeneratorOptions,
  type BigGanDiscriminatorOptions,
  type BigGanGeneratorOptions,
  type NetworkSpec,
} from './biggan.js';
export { initializations, type Initialization } from './initialization.js';
