import { definePart, type Dataset } from '@ganymede/core';
import { gammaOf, Trainer, type TrainingRecipe } from '@ganymede/trainer';
import { statisticsGroup } from '../engine/batch-norm-group.js';
import { expectDividedBatch } from '../engine/divided-batch.js';
import { resolvePrecision } from '../engine/precision.js';
import { SheetMaker } from '../training/sheet-maker.js';
import { TrainingSession } from '../training/training-session.js';
import { runParts } from './run-parts.js';

/** Images of each class. */
function countClasses(dataset: Dataset): readonly number[] {
  const counts = dataset.classes.map(() => 0);
  for (const label of dataset.labels()) counts[label]!++;
  return counts;
}

const recipe = definePart(runParts.recipe, {
  create: async (parts): Promise<TrainingRecipe> => {
    const { config } = await parts.get(runParts.settings);
    const { description } = await parts.get(runParts.engine);
    const { size, replicas } = await parts.get(runParts.workers);
    expectDividedBatch(config.batchSize, description, size);
    return {
      backend: await parts.get(runParts.backend),
      precision: resolvePrecision(config.precision, description),
      generator: await parts.get(runParts.generator),
      emaGenerator: await parts.get(runParts.average),
      discriminator: await parts.get(runParts.discriminator),
      loss: await parts.get(runParts.loss),
      regularizers: await parts.get(runParts.regularizers),
      objectives: await parts.get(runParts.objectives),
      classCounts: countClasses((await parts.get(runParts.partition)).training),
      prior: await parts.get(runParts.prior),
      augmentation: await parts.get(runParts.augmentation),
      generatorOptimizer: await parts.get(runParts.generatorOptimizer),
      discriminatorOptimizer: await parts.get(runParts.discriminatorOptimizer),
      learningRates: config.learningRates,
      schedule: await parts.get(runParts.schedule),
      batchSize: config.batchSize,
      accumulation: config.accumulation,
      discriminatorSteps: config.discriminatorSteps,
      splitDiscriminator: config.splitDiscriminator,
      ema: config.ema ?? { decay: 0, start: 0 },
      powerAverages: config.posthocEma?.lengths.map(gammaOf) ?? [],
      random: await parts.get(runParts.random),
      replicas,
      statistics: statisticsGroup(replicas, config.batchNormGroup),
      gradientExchange: config.gradientExchange,
      frozenDiscriminatorBlocks: config.freeze.discriminatorBlocks,
    };
  },
});

const trainer = definePart(runParts.trainer, {
  create: async (parts) => new Trainer(await parts.get(runParts.recipe), await parts.get(runParts.batches)),
  dispose: (made) => made.dispose(),
});

const sheets = definePart(runParts.sheets, {
  create: async (parts) => {
    const { config } = await parts.get(runParts.settings);
    return new SheetMaker(
      await parts.get(runParts.backend),
      (await parts.get(runParts.average)) ?? (await parts.get(runParts.generator)),
      await parts.get(runParts.prior),
      config.seed,
      config.sample.perClass,
    );
  },
  dispose: (maker) => maker.dispose(),
});

const session = definePart(runParts.session, {
  create: async (parts) => {
    const { config, changes } = await parts.get(runParts.settings);
    return new TrainingSession({
      config,
      changes,
      engine: await parts.get(runParts.engine),
      dataset: await parts.get(runParts.dataset),
      partition: await parts.get(runParts.partition),
      recipe: await parts.get(runParts.recipe),
      batches: await parts.get(runParts.batches),
      trainer: await parts.get(runParts.trainer),
      stabilizers: await parts.get(runParts.stabilizers),
    });
  },
});

export const trainingParts = [recipe, trainer, sheets, session];
