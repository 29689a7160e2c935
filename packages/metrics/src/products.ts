import * as tf from '@tensorflow/tfjs';

/**
 * Where matrix products of features are computed. `float64`: here, on the host. `backend`: on tfjs's current backend,
 * in float32 blocks whose rounding is made up for (each user says how). `auto`: on the backend where there is work
 * for it and it is not tfjs's plain JavaScript one.
 */
export type Products = 'auto' | 'float64' | 'backend';

/** Multiplications above which moving blocks to the backend pays. */
const worthwhile = 2e8;

/** @param multiplications - of the whole product */
export function onBackend(products: Products, multiplications: number): boolean {
  if (products !== 'auto') return products === 'backend';
  const backend = tf.getBackend();
  return multiplications >= worthwhile && backend !== '' && backend !== 'cpu';
}
