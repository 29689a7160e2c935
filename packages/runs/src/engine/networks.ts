import {
  RandomStream,
  type Discriminator,
  type DiscriminatorFactory,
  type Generator,
  type GeneratorFactory,
  type ImageShape,
} from '@ganymede/core';

export interface NetworkSpec {
  readonly imageShape: ImageShape;
  readonly classes: number;
  readonly seed: number;
}

/** A generator whose initial weights depend on the seed alone, not on what else was drawn before. */
export function createGenerator(
  factory: GeneratorFactory,
  { imageShape, classes, seed }: NetworkSpec,
): Generator {
  return factory.create({ imageShape, classes, random: RandomStream.create(seed, 'generator-weights') });
}

/** A discriminator whose initial weights depend on the seed alone. */
export function createDiscriminator(
  factory: DiscriminatorFactory,
  { imageShape, classes, seed }: NetworkSpec,
): Discriminator {
  return factory.create({ imageShape, classes, random: RandomStream.create(seed, 'discriminator-weights') });
}
