import * as tf from '@tensorflow/tfjs';
import { numberAt, type Scheduled } from './scheduled.js';

/**
 * A scheduled number inside a compiled step. One that stays is a host number there; one that moves is a scalar variable,
 * which whoever drives the steps moves by `moveTo`. It is a function of the step, so that no checkpoint keeps it.
 */
export class ScheduledNumber {
  /** What the step computes with. */
  readonly value: number | tf.Variable<tf.Rank.R0>;

  constructor(private readonly schedule: Scheduled) {
    this.value =
      typeof schedule === 'number'
        ? schedule
        : tf.tidy(() => tf.variable(tf.scalar(numberAt(schedule, 0)), false));
  }

  /** @param step - generator steps done */
  moveTo(step: number): void {
    const { value, schedule } = this;
    if (typeof value !== 'number') tf.tidy(() => value.assign(tf.scalar(numberAt(schedule, step))));
  }

  dispose(): void {
    if (typeof this.value !== 'number') this.value.dispose();
  }
}
