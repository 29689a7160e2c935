export { plugin } from './plugin.js';
export { tensorflow } from './tensorflow.js';
export { TensorFlow, type TensorFlowBackendOptions } from './tensorflow-backend.js';
export { tfjsNode } from './tfjs-node.js';
export {
  TfjsNode,
  type LoadPackage,
  type TfjsNodeOptions,
  type TfjsNodePackage,
} from './tfjs-node-backend.js';
