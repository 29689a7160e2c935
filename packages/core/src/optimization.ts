import type * as tf from '@tensorflow/tfjs';
import type { NamedTensors, NamedVariables } from './layer.js';
import type { ScheduledNumber } from './scheduled-number.js';

/** The moments of one network's optimizer and the rule that moves its weights. */
export interface OptimizerInstance {
  /** Slots by name, e.g. `m.blocks.0.conv1.weight`; saved and restored with the checkpoint. */
  readonly state: NamedVariables;
  /**
   * Moves every weight that has a gradient; runs inside a compiled step.
   * @param learningRate - scalar
   * @param step - 1 for the first update, scalar, float32
   */
  apply(weights: NamedVariables, gradients: NamedTensors, learningRate: tf.Scalar, step: tf.Scalar): void;
  /**
   * Gradients that one move of the weights takes; 1 if absent. The updates before each such one only look ahead, to where the
   * next gradient is taken: averages leave these weights out.
   */
  readonly gradientsPerMove?: number;
  /** Numbers of its rule that follow a schedule, which the trainer moves before every step; freed by `dispose`. */
  readonly scheduled?: readonly ScheduledNumber[];
  dispose(): void;
}

export interface Optimizer {
  create(weights: NamedVariables): OptimizerInstance;
}

/** The factor on the learning rate at a step (0 for the first). */
export interface Schedule {
  factor(step: number): number;
}
