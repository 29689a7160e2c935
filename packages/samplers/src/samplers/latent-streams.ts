import { RandomStream } from '@ganymede/core';

/**
 * A stream of random numbers for each image, so that what is drawn for one depends neither on the others nor on how many are
 * drawn at a time. States come from one stream, 128 bits each: names would leave 32 bits, too few for 50,000 images to differ.
 */
export function latentStreams(seed: number, name: string, count: number): readonly RandomStream[] {
  const random = RandomStream.create(seed, name);
  return Array.from({ length: count }, () => {
    const words = [
      random.nextUint32(),
      random.nextUint32(),
      random.nextUint32(),
      random.nextUint32(),
    ] as const;
    return RandomStream.restore({ name, words, spareNormal: null });
  });
}
