import { SwappedVariables } from '@ganymede/tracing';
import { TensorFlowError } from './errors.js';
import type { NodeBackend } from './kernels.js';
import type { Trace } from './trace.js';

/** tfjs's variables for the time of a trace: each is a placeholder of the graph. */
export function tracedVariables(backend: NodeBackend, trace: Trace): SwappedVariables {
  return new SwappedVariables(backend, (variable) =>
    backend.createOutputTensor(trace.variable(variable, backend.getDTypeInteger(variable.dtype))),
  );
}

/** @throws VARIABLE_MADE_IN_TRACE, VARIABLE_DISPOSED_IN_TRACE */
export function expectSameVariables(label: string, { disposed, made }: SwappedVariables): void {
  if (disposed) {
    throw new TensorFlowError(
      'VARIABLE_DISPOSED_IN_TRACE',
      `${label}: expected variables to outlive the compiled function, got ${disposed.name} disposed inside it`,
      { kind: 'failed' },
    );
  }
  if (made.length > 0) {
    throw new TensorFlowError(
      'VARIABLE_MADE_IN_TRACE',
      `${label}: expected variables made before the compiled function, got a new one inside (${made.map(({ name }) => name).join(', ')})`,
      { kind: 'failed', hint: 'Create variables once, outside, and assign them inside.' },
    );
  }
}
