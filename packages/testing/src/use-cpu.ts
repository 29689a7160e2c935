import * as tf from '@tensorflow/tfjs';

/** tfjs's plain backend, without its advice to install another. */
export async function useCpu(): Promise<void> {
  tf.env().set('IS_NODE', false);
  await tf.setBackend('cpu');
}
