import { definePart } from '@ganymede/core';
import { type InitialWeights, runParts } from '@ganymede/runs';
import { initializeSession } from './initialize-session.js';

/** Reads whatever `import` reads. */
export const initialWeightsPart = definePart(runParts.initialWeights, {
  create: async (parts): Promise<InitialWeights> => {
    const { components } = await parts.get(runParts.settings);
    return { begin: (session, init) => initializeSession(session, components, init) };
  },
});
