import { definePart, RandomStream, RandomStreams } from '@ganymede/core';
import { joinWorkers } from '../engine/join-workers.js';
import { openBackend } from '../engine/open-backend.js';
import { randomnessOf } from '../training/recipe-change.js';
import { runParts } from './run-parts.js';

const engine = definePart(runParts.engine, {
  create: async (parts) => {
    const { components, config, workers } = await parts.get(runParts.settings);
    return openBackend(components, config.backend, workers);
  },
  dispose: ({ backend }) => backend.dispose(),
});

const backend = definePart(runParts.backend, {
  create: async (parts) => (await parts.get(runParts.engine)).backend,
});

const workers = definePart(runParts.workers, {
  create: async (parts) => {
    const { components, workers: spec } = await parts.get(runParts.settings);
    return joinWorkers({ backend: await parts.get(runParts.backend) }, spec, components.clock);
  },
  dispose: (group) => group.dispose(),
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

/** They stay for the whole run: a process can leave its group, and cannot come back. */
export const lastingEngineParts = [engine, backend, workers];
export const engineParts = [...lastingEngineParts, random];
