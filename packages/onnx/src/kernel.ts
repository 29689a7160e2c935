import type { Emitter } from './emitter.js';
import type { GraphValue } from './graph.js';

/** Inputs by tfjs's names; of a kernel that takes a list, by their numbers. */
export type Inputs = Readonly<Record<string, GraphValue>>;

/** A kernel of tfjs as operators of ONNX. */
export type Kernel = (inputs: Inputs, attributes: never, emit: Emitter) => GraphValue | readonly GraphValue[];

export type Kernels = Readonly<Record<string, Kernel>>;

/** Inputs of a kernel that takes a list. */
export const listOf = (inputs: Inputs): readonly GraphValue[] => Object.values(inputs);
