import { definePart } from '@ganymede/core';
import { runParts } from '@ganymede/runs';
import { TrainingEvaluator } from './training-evaluator.js';

/** Null where the config asks for no evaluations. */
export const evaluatorPart = definePart(runParts.evaluator, {
  create: async (parts) => {
    const { config, components } = await parts.get(runParts.settings);
    if (config.evaluate.every === 0) return null;
    const group = await parts.get(runParts.workers);
    return TrainingEvaluator.open(
      components,
      await parts.get(runParts.session),
      group,
      group.leads ? await parts.get(runParts.folder) : null,
    );
  },
  dispose: (made) => made?.dispose(),
});
