import * as tf from '@tensorflow/tfjs';
import { expectAllclose } from '../allclose.js';

/** Compares a result with values computed on the host, relative to the largest of them. */
export type Close = (actual: tf.Tensor | readonly number[], expected: readonly number[]) => void;

export function closeWithin(tolerance: number): Close {
  return (actual, expected) => {
    const scale = Math.max(1e-30, ...expected.map(Math.abs));
    const data = actual instanceof tf.Tensor ? Array.from(actual.dataSync()) : [...actual];
    expectAllclose(data, [...expected], { rtol: 0, atol: tolerance * scale });
  };
}
