import type { CApi, Pointer } from './c-api.js';
import { dataTypeName } from './data-types.js';
import { Status } from './status.js';

/** `Conv2D(float32 [50, 32, 32, 3], float32 [3, 3, 3, 64])`, for messages. */
export function describeOp(api: CApi, name: string, inputs: readonly Pointer[]): string {
  const status = new Status(api); // the caller's own holds the message to come
  const described = inputs.map((pointer) => {
    const rank = Math.max(api.handleNumDims(pointer, status.pointer), 0);
    const shape = Array.from({ length: rank }, (_, i) => api.handleDim(pointer, i, status.pointer));
    return `${dataTypeName(api.handleDataType(pointer))} [${shape.join(', ')}]`;
  });
  status.dispose();
  return `${name}(${described.join(', ')})`;
}
