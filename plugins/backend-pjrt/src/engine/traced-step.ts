import * as tf from '@tensorflow/tfjs';
import { GanymedeError, type NamedTensors } from '@ganymede/core';
import type { Stage, Value } from '@ganymede/stablehlo';
import { inTraceScope, resultProblem } from '@ganymede/tracing';
import { Trace, type Source, type TraceOptions } from './trace.js';
import { expectSameVariables, tracedVariables } from './traced-variables.js';
import type { PjrtKernelBackend } from './kernel-backend.js';
import { userFrame } from './user-frame.js';

export type StepBody = (inputs: NamedTensors) => NamedTensors;

/** A step as a module, and what its arguments and results stand for. */
export interface TracedStep {
  /** The programs that run one after another. */
  readonly stages: readonly Stage[];
  /** Values of its arguments, and what they are at each run. */
  readonly arguments: readonly Value[];
  readonly sources: readonly Source[];
  /** Results: the caller's in this order, then the new values of the variables. */
  readonly outputNames: readonly string[];
  readonly assigned: readonly tf.Variable[];
  readonly kernels: number;
}

export interface StepTraceOptions extends TraceOptions {
  /** Inputs that are divided over the devices, by name; the others are whole on each. */
  readonly divided: ReadonlySet<string>;
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
  options: StepTraceOptions,
): TracedStep {
  const trace = new Trace(backend, label, options);
  const variables = tracedVariables(label, backend, trace);
  backend.trace = trace;
  const { data } = backend;
  const isTraced = (dataId: object): boolean => data.has(dataId) && Boolean(data.get(dataId).traced);
  try {
    const { outputNames, assigned } = inTraceScope(isTraced, () => {
      const symbolic = Object.keys(inputs)
        .sort()
        .map((name) => {
          const { shape, dtype } = inputs[name]!;
          const info = backend.fromTrace(trace.input(name, shape, dtype, options.divided.has(name)));
          return [name, tf.engine().makeTensorFromTensorInfo(info)] as const;
        });
      const outputs = checkedResult(label, body(Object.fromEntries(symbolic)));
      expectSameVariables(label, variables);
      const { assigned } = variables;
      trace.return([...Object.values(outputs), ...assigned]);
      return { outputNames: Object.keys(outputs), assigned };
    });
    for (const source of trace.sources) {
      if (source.kind !== 'variable') continue;
      const result = assigned.indexOf(source.variable);
      if (result >= 0) trace.main.donate(source.argument, outputNames.length + result);
    }
    const { stages, sources, kernels } = trace;
    return { stages, arguments: trace.main.argumentValues, sources, outputNames, assigned, kernels };
  } catch (error) {
    trace.release();
    throw explained(label, error);
  } finally {
    backend.trace = null;
    variables.restore();
  }
}

function checkedResult(label: string, result: unknown): NamedTensors {
  const problem = resultProblem(result, 'compiled step');
  if (problem === null) return result as NamedTensors;
  throw new GanymedeError('BAD_RESULT', `${label}: expected a record of tensors as result, got ${problem}`, {
    kind: 'failed',
  });
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
