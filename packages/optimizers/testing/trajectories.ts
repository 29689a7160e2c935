import * as tf from '@tensorflow/tfjs';
import type { Optimizer } from '@ganymede/core';

export const start = [1, -0.5, 0.25, 0, 2, -1.5];
/** Their signs change from step to step. */
export const gradient = (t: number): number[] =>
  [0.3, -1.2, 0.05, 2, -0.4, 0.7].map((base, i) => base * (0.2 + Math.sin(t * (i + 1))));

/** Where weights are after so many updates with gradients that are the same for every optimizer. */
export function after(updates: number, optimizer: Optimizer, rate: number): number[] {
  const weight = tf.variable(tf.tensor2d(start, [2, 3]));
  const instance = optimizer.create({ w: weight });
  for (let t = 1; t <= updates; t++) {
    tf.tidy(() =>
      instance.apply({ w: weight }, { w: tf.tensor2d(gradient(t), [2, 3]) }, tf.scalar(rate), tf.scalar(t)),
    );
  }
  const values = Array.from(weight.dataSync());
  instance.dispose();
  weight.dispose();
  return values;
}

/** How far x and y of the game min over x, max over y of x y are from its equilibrium after updates at once, from (1, 1). */
export function distanceInGame(updates: number, optimizer: Optimizer, rate: number): number {
  const [x, y] = [tf.variable(tf.scalar(1)), tf.variable(tf.scalar(1))];
  const [ofX, ofY] = [optimizer.create({ x }), optimizer.create({ y })];
  for (let t = 1; t <= updates; t++) {
    tf.tidy(() => {
      const [gx, gy] = [y.clone(), x.neg()];
      ofX.apply({ x }, { x: gx }, tf.scalar(rate), tf.scalar(t));
      ofY.apply({ y }, { y: gy }, tf.scalar(rate), tf.scalar(t));
    });
  }
  const distance = Math.hypot(x.dataSync()[0]!, y.dataSync()[0]!);
  for (const one of [ofX, ofY, x, y]) one.dispose();
  return distance;
}
