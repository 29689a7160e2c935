import * as tf from '@tensorflow/tfjs';
import { GanymedeError, type NamedTensors } from '@ganymede/core';
import { inTraceScope } from './trace-scope.js';
import { Trace, type Source, type TraceOptions } from './trace.js';
import { TracedVariables } from './traced-variables.js';
import type { PjrtKernelBackend } from './kernel-backend.js';
import { userFrame } from './user-frame.js';

export type StepBody = (inputs: NamedTensors) => NamedTensors;

/** A step as a module, and what its arguments and results stand for. */
export interface TracedStep {
  readonly text: string;
  readonly sources: readonly Source[];
  /** Results: the caller's in this order, then the new values of the variables. */
  readonly outputNames: readonly string[];
  readonly assigned: readonly tf.Variable[];
  readonly kernels: number;
}

/**
 * Runs `body` once on values without numbers and makes a module of the kernels it called; variables that it assigns give
 * their memory to their new values. Whatever happens, tfjs's variables and scopes are afterwards as they were.
 * @throws VALUE_READ_IN_TRACE, VARIABLE_MADE_IN_TRACE, BAD_RESULT, KERNEL_MISSING, and whatever `body` throws
 */
export function traceStep(
  backend: PjrtKernelBackend,
  label: string,
  body: StepBody,
  inputs: NamedTensors,
  options: TraceOptions,
): TracedStep {
  const trace = new Trace(backend, label, options);
  const variables = new TracedVariables(label, backend, trace);
  backend.trace = trace;
  try {
    const { outputNames, assigned } = inTraceScope(backend, () => {
      const symbolic = Object.keys(inputs)
        .sort()
        .map((name) => {
          const { shape, dtype } = inputs[name]!;
          const info = backend.fromTrace(trace.input(name, shape, dtype));
          return [name, tf.engine().makeTensorFromTensorInfo(info)] as const;
        });
      const outputs = checkedResult(label, body(Object.fromEntries(symbolic)));
      variables.check();
      const { assigned } = variables;
      const tensors = [...Object.values(outputs), ...assigned];
      trace.main.return(tensors.map((tensor) => trace.operand(tensor, label).value));
      return { outputNames: Object.keys(outputs), assigned };
    });
    for (const source of trace.sources) {
      if (source.kind !== 'variable') continue;
      const result = assigned.indexOf(source.variable);
      if (result >= 0) trace.main.donate(source.argument, outputNames.length + result);
    }
    return { text: trace.text, sources: trace.sources, outputNames, assigned, kernels: trace.kernels };
  } catch (error) {
    trace.release();
    throw explained(label, error);
  } finally {
    backend.trace = null;
    variables.restore();
  }
}

function checkedResult(label: string, result: unknown): NamedTensors {
  const wrong = (got: string): GanymedeError =>
    new GanymedeError('BAD_RESULT', `${label}: expected a record of tensors as result, got ${got}`, {
      kind: 'failed',
    });
  if (result instanceof Promise) throw wrong('a promise; a compiled step cannot be async');
  if (typeof result !== 'object' || result === null || result instanceof tf.Tensor)
    throw wrong(String(result));
  for (const [name, tensor] of Object.entries(result)) {
    if (!(tensor instanceof tf.Tensor)) throw wrong(`${typeof tensor} for ${name}`);
    if (tensor.isDisposed) throw wrong(`a disposed tensor for ${name}`);
  }
  return result as NamedTensors;
}

/** tfjs's own error for a disposed tensor has neither a code nor the place. */
function explained(label: string, error: unknown): unknown {
  if (!(error instanceof Error) || error.message !== 'Tensor is disposed.') return error;
  return new GanymedeError(
    'TENSOR_DISPOSED',
    `${label}: expected live tensors, got a disposed one${userFrame(error.stack)}`,
    { kind: 'failed', cause: error },
  );
}
