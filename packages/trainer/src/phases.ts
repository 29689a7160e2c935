import * as tf from '@tensorflow/tfjs';
import {
  trainingCall,
  type CallContext,
  type DiscriminatorStep,
  type NamedTensors,
  type NamedVariables,
  type Regularizer,
} from '@ganymede/core';
import { gradientsOf, type LossAndGradients } from './gradients.js';
import type { TrainingRecipe } from './recipe.js';

/** What the discriminator's phases read: one micro-batch of real images, latents and labels. */
export interface DiscriminatorInputs {
  readonly real: tf.Tensor4D; // [B, H, W, C] in [-1, 1]
  readonly realLabels: tf.Tensor1D; // int32 [B]
  readonly z: tf.Tensor2D; // [B, latentSize]
  readonly fakeLabels: tf.Tensor1D; // int32 [B]
  readonly uniform: tf.Tensor1D; // [B]
  readonly penaltyNoise?: tf.Tensor4D; // [B, H, W, C]
  readonly augmentReal?: tf.Tensor2D;
  readonly augmentFake?: tf.Tensor2D;
  readonly dropoutReal?: tf.Tensor2D; // [B, noiseSize]
  readonly dropoutFake?: tf.Tensor2D; // [B, noiseSize]
}

/** What the generator's phases read. `real` only for losses that compare with it. */
export interface GeneratorInputs {
  readonly z: tf.Tensor2D; // [B, latentSize]
  readonly fakeLabels: tf.Tensor1D; // int32 [B]
  readonly augmentFake?: tf.Tensor2D;
  readonly dropoutFake?: tf.Tensor2D; // [B, noiseSize]
  readonly real?: tf.Tensor4D;
  readonly realLabels?: tf.Tensor1D;
  readonly augmentReal?: tf.Tensor2D;
  readonly dropoutReal?: tf.Tensor2D; // [B, noiseSize]
}

/** A pass of D in training; dropout is on where there is noise for it. */
function discriminatorCall(noise: tf.Tensor2D | undefined): CallContext {
  return noise ? { ...trainingCall, noise } : trainingCall;
}

/** Observes, then adds up penalties; each is reported. */
function penaltiesOf(
  penalties: readonly Regularizer[],
  weights: NamedVariables,
  step: DiscriminatorStep | null,
  report: (name: string, value: tf.Scalar) => void,
): tf.Scalar[] {
  return penalties.map((one, index) => {
    one.observe?.(step);
    const penalty = one.penalty(weights, step);
    report(`penalty${index}`, penalty);
    return penalty;
  });
}

function augmented(recipe: TrainingRecipe, images: tf.Tensor4D, drawn: tf.Tensor2D | undefined): tf.Tensor4D {
  return recipe.augmentation && drawn ? recipe.augmentation.apply(images, drawn) : images;
}

/** The penalties of one network that belong in the step of its loss. */
export function immediate(recipe: TrainingRecipe, network: Regularizer['network']): readonly Regularizer[] {
  return recipe.regularizers.filter((one) => one.network === network && one.interval === 1);
}

/** The penalties that come every `interval` steps in a phase of their own. */
export function lazy(recipe: TrainingRecipe): readonly Regularizer[] {
  return recipe.regularizers.filter((one) => one.interval > 1);
}

function discriminatorStep(
  recipe: TrainingRecipe,
  inputs: DiscriminatorInputs,
  fake: tf.Tensor4D,
): DiscriminatorStep {
  return {
    discriminator: recipe.discriminator,
    real: augmented(recipe, inputs.real, inputs.augmentReal),
    fake,
    realLabels: inputs.realLabels,
    fakeLabels: inputs.fakeLabels,
    uniform: inputs.uniform,
    ...(inputs.penaltyNoise && { noise: inputs.penaltyNoise }),
  };
}

/** G(z, y) as D sees it, without a gradient to G; G's running statistics and u vectors move, as in the reference. */
function fakeImages(recipe: TrainingRecipe, inputs: DiscriminatorInputs): tf.Tensor4D {
  const fake = recipe.generator.generate(inputs.z, inputs.fakeLabels, trainingCall);
  return augmented(recipe, fake, inputs.augmentFake);
}

/** The discriminator's loss on one micro-batch and its gradients. */
export function discriminatorLoss(
  recipe: TrainingRecipe,
  weights: NamedVariables,
  inputs: DiscriminatorInputs,
  penalties: readonly Regularizer[],
): LossAndGradients {
  const { discriminator, loss, splitDiscriminator } = recipe;
  const fake = fakeImages(recipe, inputs);
  const step = discriminatorStep(recipe, inputs, fake);
  const { dropoutFake, dropoutReal } = inputs;
  return gradientsOf(weights, (report) => {
    let fakeLogits: tf.Tensor1D;
    let realLogits: tf.Tensor1D;
    if (splitDiscriminator) {
      fakeLogits = discriminator.discriminate(fake, step.fakeLabels, discriminatorCall(dropoutFake));
      realLogits = discriminator.discriminate(step.real, step.realLabels, discriminatorCall(dropoutReal));
    } else {
      const images = tf.concat([fake, step.real], 0);
      const labels = tf.concat([step.fakeLabels, step.realLabels], 0);
      const noise = dropoutFake && dropoutReal && tf.concat2d([dropoutFake, dropoutReal], 0);
      const logits = discriminator.discriminate(images, labels, discriminatorCall(noise));
      [fakeLogits, realLogits] = tf.split(logits, [fake.shape[0], step.real.shape[0]]) as [
        tf.Tensor1D,
        tf.Tensor1D,
      ];
    }
    const { real: realLoss, fake: fakeLoss } = loss.discriminator(realLogits, fakeLogits);
    report('lossReal', realLoss);
    report('lossFake', fakeLoss);
    report('logitReal', tf.mean(realLogits) as tf.Scalar);
    report('logitFake', tf.mean(fakeLogits) as tf.Scalar);
    const seen: DiscriminatorStep = { ...step, logits: { real: realLogits, fake: fakeLogits } };
    return penaltiesOf(penalties, weights, seen, report).reduce<tf.Scalar>(
      (total, penalty) => tf.add(total, penalty),
      tf.add(realLoss, fakeLoss),
    );
  });
}

/** The generator's loss on one micro-batch and its gradients. */
export function generatorLoss(
  recipe: TrainingRecipe,
  weights: NamedVariables,
  inputs: GeneratorInputs,
  penalties: readonly Regularizer[],
): LossAndGradients {
  const { generator, discriminator, loss } = recipe;
  return gradientsOf(weights, (report) => {
    const images = generator.generate(inputs.z, inputs.fakeLabels, trainingCall);
    const fake = augmented(recipe, images, inputs.augmentFake);
    const fakeLogits = discriminator.discriminate(
      fake,
      inputs.fakeLabels,
      discriminatorCall(inputs.dropoutFake),
    );
    let realLogits: tf.Tensor1D | undefined;
    if (loss.needsReal && inputs.real && inputs.realLabels) {
      const real = augmented(recipe, inputs.real, inputs.augmentReal);
      realLogits = discriminator.discriminate(real, inputs.realLabels, {
        ...discriminatorCall(inputs.dropoutReal),
        updateState: false,
      });
    }
    const value = loss.generator(fakeLogits, realLogits);
    report('loss', value);
    return penaltiesOf(penalties, weights, null, report).reduce<tf.Scalar>(
      (total, penalty) => tf.add(total, penalty),
      value,
    );
  });
}

/** The gradient of penalties alone: for lazy intervals, and once after accumulation. */
export function penaltyGradients(
  recipe: TrainingRecipe,
  weights: NamedVariables,
  inputs: DiscriminatorInputs | null,
  penalties: readonly Regularizer[],
  scale: number,
): LossAndGradients {
  const step = inputs ? discriminatorStep(recipe, inputs, fakeImages(recipe, inputs)) : null;
  return gradientsOf(weights, (report) => {
    const values = penaltiesOf(penalties, weights, step, report);
    return tf.mul(tf.addN(values) as tf.Scalar, scale);
  });
}

/** target += gradients * scale, by name. */
export function accumulate(target: NamedVariables, gradients: NamedTensors, scale: number): void {
  for (const [name, gradient] of Object.entries(gradients)) {
    target[name]!.assign(target[name]!.add(gradient.mul(scale)));
  }
}
