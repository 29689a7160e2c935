import * as tf from '@tensorflow/tfjs';
import type { StartBackend } from './browser-backend.js';

/**
 * WebGL 2 with float32 textures: half-precision ones miss the CLI's images by more than rounding. What the processor
 * emulates is slower than WebAssembly.
 */
export const startWebgl: StartBackend = async ({ emulated }) => {
  if (typeof OffscreenCanvas === 'undefined' && typeof document === 'undefined')
    return 'webgl: no canvas in a worker';
  const canvas =
    typeof OffscreenCanvas === 'undefined' ? document.createElement('canvas') : new OffscreenCanvas(1, 1);
  const gl = canvas.getContext('webgl2', {
    failIfMajorPerformanceCaveat: !emulated,
  }) as WebGL2RenderingContext | null;
  if (!gl) return emulated ? 'webgl: the browser has none' : 'webgl: none, or emulated by the processor';
  const isEmulated = /swiftshader|llvmpipe|software|basic render/i.test(rendererOf(gl));
  const hasFloats = gl.getExtension('EXT_color_buffer_float') !== null;
  gl.getExtension('WEBGL_lose_context')?.loseContext();
  if (isEmulated && !emulated) return 'webgl: emulated by the processor';
  if (!hasFloats) return 'webgl: no float32 textures';
  await import('@tensorflow/tfjs-backend-webgl');
  if (!(await tf.setBackend('webgl'))) return 'webgl: did not start';
  return tf.env().getBool('WEBGL_RENDER_FLOAT32_ENABLED') ? null : 'webgl: no float32 textures';
};

/** Name of what draws; not every browser has a caveat for what it emulates. */
function rendererOf(gl: WebGL2RenderingContext): string {
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  return String(gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
}
