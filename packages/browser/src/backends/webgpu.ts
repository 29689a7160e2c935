import * as tf from '@tensorflow/tfjs';
import type { StartBackend } from './browser-backend.js';

/** WebGPU, where the browser has an adapter that is one. */
export const startWebgpu: StartBackend = async ({ emulated }) => {
  const { gpu } = navigator as Partial<Navigator>;
  if (!gpu) return 'webgpu: the browser has none';
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' }).catch(() => null);
  if (!adapter) return 'webgpu: no adapter';
  const { isFallbackAdapter } = (adapter as { info?: { isFallbackAdapter?: boolean } }).info ?? {};
  if (isFallbackAdapter && !emulated) return 'webgpu: emulated by the processor';
  await import('@tensorflow/tfjs-backend-webgpu');
  return (await tf.setBackend('webgpu')) ? null : 'webgpu: did not start';
};
