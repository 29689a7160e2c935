import { definePart, disposeNetwork, type Parts } from '@ganymede/core';
import { createDiscriminator, createGenerator, type NetworkSpec } from '../engine/networks.js';
import { runParts } from './run-parts.js';

async function specOf(parts: Parts): Promise<NetworkSpec> {
  const { config } = await parts.get(runParts.settings);
  const { imageShape, classes } = await parts.get(runParts.images);
  // The backend is awake before the first variable is made, so that all of them are its own.
  await parts.get(runParts.backend);
  return { imageShape, classes: classes.length, seed: config.seed };
}

const generator = definePart(runParts.generator, {
  create: async (parts) => {
    const { components, config } = await parts.get(runParts.settings);
    return createGenerator(components.resolve('generator', config.generator), await specOf(parts));
  },
  dispose: disposeNetwork,
});

const average = definePart(runParts.average, {
  create: async (parts) => {
    const { components, config } = await parts.get(runParts.settings);
    if (!config.ema) return null;
    return createGenerator(components.resolve('generator', config.generator), await specOf(parts));
  },
  dispose: (network) => {
    if (network) disposeNetwork(network);
  },
});

const discriminator = definePart(runParts.discriminator, {
  create: async (parts) => {
    const { components, config } = await parts.get(runParts.settings);
    return createDiscriminator(
      components.resolve('discriminator', config.discriminator),
      await specOf(parts),
    );
  },
  dispose: disposeNetwork,
});

export const networkParts = [generator, average, discriminator];
