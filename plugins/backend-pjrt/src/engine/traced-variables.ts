import * as tf from '@tensorflow/tfjs';
import { GanymedeError } from '@ganymede/core';
import { tensorType } from '@ganymede/stablehlo';
import { SwappedVariables } from '@ganymede/tracing';
import { elementTypeOf } from './element-types.js';
import type { PjrtKernelBackend } from './kernel-backend.js';
import type { Trace } from './trace.js';

/** tfjs's variables for the time of a trace: each is an argument of the module. Text has no place on a device. */
export function tracedVariables(label: string, backend: PjrtKernelBackend, trace: Trace): SwappedVariables {
  return new SwappedVariables(
    backend,
    (variable) => {
      const type = tensorType(elementTypeOf(variable.dtype, label), variable.shape);
      const info = backend.fromTrace(trace.variable(variable), type);
      return tf.engine().makeTensorFromTensorInfo(info);
    },
    ({ dtype }) => dtype !== 'string' && dtype !== 'complex64',
  );
}

/** @throws VARIABLE_MADE_IN_TRACE, VARIABLE_DISPOSED_IN_TRACE */
export function expectSameVariables(label: string, { disposed, made }: SwappedVariables): void {
  if (disposed) {
    throw new GanymedeError(
      'VARIABLE_DISPOSED_IN_TRACE',
      `${label}: expected variables to outlive the compiled step, got ${disposed.name} disposed inside it`,
      { kind: 'failed' },
    );
  }
  if (made.length > 0) {
    throw new GanymedeError(
      'VARIABLE_MADE_IN_TRACE',
      `${label}: expected variables made before the compiled step, got a new one inside (${made.map(({ name }) => name).join(', ')})`,
      { kind: 'failed', hint: 'Create variables once, outside, and assign them inside.' },
    );
  }
}
