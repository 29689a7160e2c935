import * as tf from '@tensorflow/tfjs';
import type { NamedTensors, NamedVariables, NetworkName, Regularizer } from '@ganymede/core';
import { gradientsOf, type LossAndGradients } from './gradients.js';
import { instancesOf, needsOf, trainedBeside, type OpenObjective } from './open-objectives.js';
import { Step, type StepInputs, type StepRecipe } from './step.js';
import { changedTo, expectNamedApart, termOf } from './terms.js';

type Report = (name: string, value: tf.Scalar) => void;

/** The penalties of one network that belong in the step of its loss. */
export function immediate(
  regularizers: readonly Regularizer[],
  network: NetworkName,
): readonly Regularizer[] {
  return regularizers.filter((one) => one.network === network && one.interval === 1);
}

/** The penalties that come every `interval` steps in a phase of their own. */
export function lazy(regularizers: readonly Regularizer[]): readonly Regularizer[] {
  return regularizers.filter((one) => one.interval > 1);
}

/** Observes, then adds up penalties; each is reported. */
function penaltiesOf(penalties: readonly Regularizer[], step: Step, report: Report): tf.Scalar[] {
  return penalties.map((one, index) => {
    one.observe?.(step);
    const penalty = termOf(`regularizer ${index} of the ${step.network}`, 'penalty', one.penalty(step));
    report(`penalty${index}`, penalty);
    return penalty;
  });
}

/** Every objective observes, then gives its terms; each is reported under the objective's name. */
function termsOf(objectives: readonly OpenObjective[], step: Step, report: Report): tf.Scalar[] {
  return objectives.flatMap(({ name, instance }) => {
    const seen = instance.observe?.(step) ?? {};
    const terms = instance[step.network]?.(step) ?? {};
    expectNamedApart(name, seen, terms);
    for (const [key, value] of Object.entries({ ...seen, ...terms }))
      report(`${name}.${key}`, termOf(`objective ${name}`, key, value));
    return Object.values(terms);
  });
}

const total = (terms: readonly tf.Scalar[]): tf.Scalar => terms.reduce((sum, term) => tf.add(sum, term));

/** The discriminator's loss on one micro-batch and its gradients, those of heads that train with it among them. */
export function discriminatorLoss(
  recipe: StepRecipe,
  weights: NamedVariables,
  inputs: StepInputs,
  penalties: readonly Regularizer[],
  objectives: readonly OpenObjective[] = [],
): LossAndGradients {
  const { loss, augmentation } = recipe;
  const step = new Step(recipe, 'discriminator', weights, inputs, objectives);
  const needs = needsOf([...penalties, ...instancesOf(objectives)]);
  // Images are made before anything is recorded: to D's step they are constants. Otherwise they are made as D looks at them.
  if (!needs.has('gradientThroughLatents')) step.makeImages();
  const result = gradientsOf({ ...weights, ...trainedBeside(objectives, 'discriminator') }, (report) => {
    step.judge(needs);
    const { real, fake } = step;
    const losses = loss.discriminator(real.logits, fake.logits);
    const [realLoss, fakeLoss] = [termOf('loss', 'real', losses.real), termOf('loss', 'fake', losses.fake)];
    report('lossReal', realLoss);
    report('lossFake', fakeLoss);
    report('logitReal', tf.mean(real.logits) as tf.Scalar);
    report('logitFake', tf.mean(fake.logits) as tf.Scalar);
    for (const [key, value] of Object.entries(augmentation?.observe?.(step) ?? {}))
      report(`augmentation.${key}`, termOf('augmentation', key, value));
    const punished = penaltiesOf(penalties, step, report);
    return total([realLoss, fakeLoss, ...punished, ...termsOf(objectives, step, report)]);
  });
  step.dispose();
  return result;
}

/** The generator's loss on one micro-batch and its gradients, those of heads that train with it among them. */
export function generatorLoss(
  recipe: StepRecipe,
  weights: NamedVariables,
  inputs: StepInputs,
  penalties: readonly Regularizer[],
  objectives: readonly OpenObjective[] = [],
): LossAndGradients {
  const { loss } = recipe;
  const step = new Step(recipe, 'generator', weights, inputs, objectives);
  const needs = needsOf([...penalties, ...instancesOf(objectives)], loss.needsReal);
  const result = gradientsOf({ ...weights, ...trainedBeside(objectives, 'generator') }, (report) => {
    step.judge(needs);
    const fakeLogits = objectives.reduce(
      (logits, { name, instance }) =>
        instance.changeFakeLogits
          ? changedTo(`objective ${name}`, 'fake logits', logits, instance.changeFakeLogits(logits, step))
          : logits,
      step.fake.logits,
    );
    const value = termOf(
      'loss',
      'generator',
      loss.generator(fakeLogits, loss.needsReal ? step.real.logits : undefined),
    );
    report('loss', value);
    const punished = penaltiesOf(penalties, step, report);
    return total([value, ...punished, ...termsOf(objectives, step, report)]);
  });
  step.dispose();
  return result;
}

/** The gradient of penalties alone, for those that come at an interval. */
export function penaltyGradients(
  recipe: StepRecipe,
  weights: NamedVariables,
  inputs: StepInputs,
  penalties: readonly Regularizer[],
  scale: number,
): LossAndGradients {
  const [{ network }] = penalties as [Regularizer];
  const step = new Step(recipe, network, weights, inputs);
  if (network === 'discriminator') step.makeImages();
  const result = gradientsOf(weights, (report) =>
    tf.mul(tf.addN(penaltiesOf(penalties, step, report)) as tf.Scalar, scale),
  );
  step.dispose();
  return result;
}

/** target += gradients * scale, by name. */
export function accumulate(target: NamedVariables, gradients: NamedTensors, scale: number): void {
  for (const [name, gradient] of Object.entries(gradients)) {
    target[name]!.assign(target[name]!.add(gradient.mul(scale)));
  }
}
