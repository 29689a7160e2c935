import { definePart } from '@ganymede/core';
import { runParts } from '@ganymede/runs';
import { TrainingEvaluator } from './training-evaluator.js';

/** Null where the config asks for no evaluations. */
export const evaluatorPart = definePart(runParts.evaluator, {
  create: async (parts) => {
    const { config, components } = await parts.get(runParts.settings);
    if (config.evaluate.every === 0) return null;
    return TrainingEvaluator.open(
      components,
      await parts.get(runParts.session),
      await parts.get(runParts.folder),
    );
  },
  dispose: (made) => made?.dispose(),
});
