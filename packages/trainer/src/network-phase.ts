import * as tf from '@tensorflow/tfjs';
import type { NamedTensors, NamedVariables, OptimizerInstance } from '@ganymede/core';
import { CompiledPhase } from './compiled-phase.js';
import { gradientNorms, type LossAndGradients } from './gradients.js';
import { meanGradients } from './mean-gradients.js';
import { accumulate } from './phases.js';
import { running, type Running } from './running.js';
import type { TrainingRecipe } from './recipe.js';

/** Host numbers that an optimizer step needs. */
export interface UpdateNumbers {
  readonly learningRate: number;
  /** 1 for this network's first update. */
  readonly update: number;
  /** Decay of the moving average after the update; absent where none follows. */
  readonly averageDecay?: number;
  /** Shares of the newest weights in each power-function average; absent where there is none. */
  readonly averageRates?: readonly number[];
}

export interface NetworkPhaseSpec {
  /** `discriminator` or `generator`. */
  readonly name: string;
  readonly weights: NamedVariables;
  readonly optimizer: OptimizerInstance;
  readonly loss: (inputs: NamedTensors) => LossAndGradients;
  readonly afterUpdate?: (inputs: NamedTensors) => void;
}

function updateInputs(numbers: UpdateNumbers): NamedTensors {
  const inputs: NamedTensors = {
    learningRate: tf.scalar(numbers.learningRate),
    update: tf.scalar(numbers.update),
  };
  if (numbers.averageDecay !== undefined) inputs.averageDecay = tf.scalar(numbers.averageDecay);
  if (numbers.averageRates !== undefined) inputs.averageRates = tf.tensor1d([...numbers.averageRates]);
  return inputs;
}

/**
 * One optimizer step of one network over `accumulation` micro-batches. With one micro-batch, loss, gradients,
 * update and average are one compiled function. With more, each adds its gradients to accumulators and the update
 * follows: equal to the step over the whole batch but for batch statistics, which are per micro-batch. Replicas average
 * gradients once, before the update.
 */
export class NetworkPhase {
  private readonly whole: CompiledPhase | null;
  private readonly micro: CompiledPhase | null;
  private readonly update: CompiledPhase | null;
  private readonly accumulators: NamedVariables = {};

  constructor(
    private readonly recipe: TrainingRecipe,
    spec: NetworkPhaseSpec,
  ) {
    const { precision, accumulation } = recipe;
    const apply = (own: NamedTensors, inputs: NamedTensors): Record<string, tf.Scalar> => {
      const gradients = meanGradients(own, recipe);
      spec.optimizer.apply(
        spec.weights,
        gradients,
        inputs.learningRate as tf.Scalar,
        inputs.update as tf.Scalar,
      );
      spec.afterUpdate?.(inputs);
      return gradientNorms(gradients);
    };
    if (accumulation === 1) {
      this.whole = new CompiledPhase(recipe, spec.name, precision, (inputs) => {
        const { gradients, scalars } = spec.loss(inputs);
        return { ...scalars, ...apply(gradients, inputs) };
      });
      this.micro = this.update = null;
      return;
    }
    for (const [name, weight] of Object.entries(spec.weights)) {
      this.accumulators[name] = tf.tidy(() => tf.variable(tf.zerosLike(weight), false));
    }
    this.whole = null;
    this.micro = new CompiledPhase(recipe, `${spec.name}-micro`, precision, (inputs) => {
      const { gradients, scalars } = spec.loss(inputs);
      accumulate(this.accumulators, gradients, 1 / accumulation);
      return scalars;
    });
    this.update = new CompiledPhase(recipe, `${spec.name}-update`, 'float32', (inputs) => {
      const norms = apply({ ...this.accumulators }, inputs);
      for (const accumulator of Object.values(this.accumulators))
        accumulator.assign(tf.zerosLike(accumulator));
      return norms;
    });
  }

  /**
   * Starts the step: resolves when what it takes has been drawn, so that the next one can be made ready meanwhile.
   * @param nextInputs - gives the tensors of one micro-batch; they are freed here.
   */
  async start(nextInputs: () => Promise<NamedTensors>, numbers: UpdateNumbers): Promise<Running> {
    if (this.whole) return running(this.whole.run({ ...(await nextInputs()), ...updateInputs(numbers) }));
    const { accumulation } = this.recipe;
    const mean: Record<string, number> = {};
    for (let k = 0; k < accumulation; k++) {
      const scalars = await this.micro!.run(await nextInputs());
      for (const [name, value] of Object.entries(scalars))
        mean[name] = (mean[name] ?? 0) + value / accumulation;
    }
    const update = this.update!.run(updateInputs(numbers));
    return running(update.then((scalars) => ({ ...mean, ...scalars })));
  }

  dispose(): void {
    for (const phase of [this.whole, this.micro, this.update]) phase?.dispose();
    tf.dispose(Object.values(this.accumulators));
  }
}
