import type { TensorFlowBackend } from './tensorflow-backend.js';

/** Tells whether the data of a tensor is symbolic: what a trace makes has ids below -1. */
export const tracedData =
  ({ tensorMap }: TensorFlowBackend['backend']) =>
  (dataId: object): boolean =>
    tensorMap.has(dataId) && tensorMap.get(dataId).id < -1;
