export { composedKernels, registerKernels } from './kernels/register-kernels.js';
export { type ComposedKernel } from './kernels/kernel.js';
