/**
 * Names of the numbers that every training step has, of its last discriminator step and its generator step. Trainer,
 * stabilizers, reporters and their contract suites share them.
 *
 * - `D.lossReal`, `D.lossFake`: the discriminator's loss on real and on generated images
 * - `D.logitReal`, `D.logitFake`: mean outputs of the discriminator
 * - `G.loss`: the generator's loss
 * - `D.gradientNorm`, `G.gradientNorm`: norm of all gradients of a network together
 *
 * Others come beside these: `D.penalty0` and `G.penalty0` of regularizers in the order of the config, and `Dreg.penalty0`,
 * `Greg.penalty0` of those that come at an interval, at the steps at which they come.
 */
export const stepScalarNames = [
  'D.lossReal',
  'D.lossFake',
  'D.logitReal',
  'D.logitFake',
  'D.gradientNorm',
  'G.loss',
  'G.gradientNorm',
] as const;

export type StepScalarName = (typeof stepScalarNames)[number];

/** The numbers of a step by name; a test may leave some out. */
export type StepScalars = Readonly<Partial<Record<StepScalarName, number>>> &
  Readonly<Record<string, number>>;
