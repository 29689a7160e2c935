export {
  assertHostTensor,
  bytesOf,
  bytesPerElement,
  elementCount,
  hostTensorFromBytes,
  isHostDtype,
  type HostArrays,
  type HostDtype,
  type HostTensor,
  type HostTensors,
} from './host-tensor.js';
export {
  decodeTensor,
  parseSafetensors,
  safetensorsChunks,
  serializeSafetensors,
  type SafetensorsContent,
  type SafetensorsStorage,
} from './safetensors.js';
export {
  headerLength,
  maxHeaderBytes,
  parseSafetensorsHeader,
  safetensorsDamaged,
  type SafetensorsEntry,
  type SafetensorsHeader,
} from './safetensors-header.js';
export { bfloat16ToFloat32, float16ToFloat32, float32ToFloat16, maxFloat16 } from './half.js';
