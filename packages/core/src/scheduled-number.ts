import * as tf from '@tensorflow/tfjs';
import { numberAt, type Done, type Scheduled } from './scheduled.js';

/**
 * A scheduled number inside a compiled step. One that stays is a host number there; one that moves is a scalar variable,
 * which whoever drives the steps moves by `moveTo`. It is a function of how far the run has come, so that no checkpoint keeps it.
 */
export class ScheduledNumber {
  /** What the step computes with. */
  readonly value: number | tf.Variable<tf.Rank.R0>;

  constructor(private readonly schedule: Scheduled) {
    this.value =
      typeof schedule === 'number'
        ? schedule
        : tf.tidy(() => tf.variable(tf.scalar(numberAt(schedule, { step: 0, images: 0 })), false));
  }

  moveTo(done: Done): void {
    const { value, schedule } = this;
    if (typeof value !== 'number') tf.tidy(() => value.assign(tf.scalar(numberAt(schedule, done))));
  }

  dispose(): void {
    if (typeof this.value !== 'number') this.value.dispose();
  }
}
