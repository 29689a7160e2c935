import * as tf from '@tensorflow/tfjs';
import type { Generator, NamedVariables } from '@ganymede/core';
import { averagedVariables, moveAverage } from './ema.js';
import { powerFunctionRate } from './power-function.js';

/** The files of a checkpoint that hold averages are named by their place in the config. */
export const powerAverageName = (index: number): string => `power-average-${index}`;

/**
 * Power-function averages of a generator, one for each exponent, over what the exponential average covers. They are
 * variables alone: nothing is generated from them in training.
 */
export class PowerAverages {
  private readonly averages: readonly NamedVariables[];
  private readonly current: NamedVariables;

  /** @param gammas - exponents of the profiles, at least 0 */
  constructor(
    generator: Generator,
    private readonly gammas: readonly number[],
  ) {
    this.current = averagedVariables(generator);
    this.averages = gammas.map(() =>
      Object.fromEntries(
        Object.entries(this.current).map(([name, variable]) => [
          name,
          tf.tidy(() => tf.variable(variable.clone(), false)),
        ]),
      ),
    );
  }

  /** Shares of the newest weights in the t-th update, which the compiled step takes in. @param t - null: in none */
  ratesAt(t: number | null): readonly number[] {
    return this.gammas.map((gamma) => (t === null ? 0 : powerFunctionRate(gamma, t)));
  }

  /** Part of the compiled step. @param rates - [profiles] */
  update(rates: tf.Tensor1D): void {
    this.averages.forEach((average, i) => {
      moveAverage(average, this.current, tf.reshape(tf.slice1d(rates, i, 1), []) as tf.Scalar);
    });
  }

  /** By file of a checkpoint. */
  variables(): Record<string, NamedVariables> {
    return Object.fromEntries(this.averages.map((average, i) => [powerAverageName(i), average]));
  }

  dispose(): void {
    for (const average of this.averages) tf.dispose(Object.values(average));
  }
}
