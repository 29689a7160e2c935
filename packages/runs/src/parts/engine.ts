import { definePart, RandomStream, RandomStreams } from '@ganymede/core';
import { openBackend } from '../engine/open-backend.js';
import { randomnessOf } from '../training/recipe-change.js';
import { runParts } from './run-parts.js';

const engine = definePart(runParts.engine, {
  create: async (parts) => {
    const { components, config } = await parts.get(runParts.settings);
    return openBackend(components, config.backend);
  },
  dispose: ({ backend }) => backend.dispose(),
});

const backend = definePart(runParts.backend, {
  create: async (parts) => (await parts.get(runParts.engine)).backend,
});

/** A run that was rolled back and drawn anew has other streams each time. */
const random = definePart(runParts.random, {
  create: async (parts) => {
    const { config, changes } = await parts.get(runParts.settings);
    const times = randomnessOf(changes);
    const { seed } = config;
    return new RandomStreams(
      times === 0 ? seed : RandomStream.create(seed, `rollback/${times}`).nextUint32(),
    );
  },
});

export const engineParts = [engine, backend, random];
