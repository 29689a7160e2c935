import * as tf from '@tensorflow/tfjs';
import type { StartBackend } from './browser-backend.js';

/** Plain JavaScript: slow, and always there. */
export const startCpu: StartBackend = async () => {
  await import('@tensorflow/tfjs-backend-cpu');
  return (await tf.setBackend('cpu')) ? null : 'cpu: did not start';
};
