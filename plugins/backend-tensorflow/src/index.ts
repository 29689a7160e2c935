export { plugin } from './plugin.js';
export { tensorflow } from './tensorflow.js';
export { TensorFlowBackend, type TensorFlowBackendOptions } from './tensorflow-backend.js';
