import * as tf from '@tensorflow/tfjs';
import { inTraceScope, resultProblem } from '@ganymede/tracing';
import type { TensorFlowBackend } from './tensorflow-backend.js';
import type { GraphOutput, Pointer } from './c-api.js';
import type { NamedTensors } from './compile-options.js';
import { TensorFlowError } from './errors.js';
import type { Capture } from './captures.js';
import { Trace } from './trace.js';
import { tracedData } from './traced-data.js';
import { expectSameVariables, tracedVariables } from './traced-variables.js';
import { userFrame } from './user-frame.js';

/** A function of TensorFlow made of one traced signature, and what its inputs and outputs stand for. */
export interface TracedFunction {
  readonly name: string;
  readonly pointer: Pointer;
  readonly opCount: number;
  /** Inputs: the caller's in this order, then the captures. */
  readonly inputNames: readonly string[];
  readonly captures: readonly Capture[];
  /** Outputs: the caller's in this order, then the new values of the variables. */
  readonly outputNames: readonly string[];
  readonly assigned: readonly tf.Variable[];
}

/**
 * Runs `body` once on symbolic tensors and makes a function of the ops it called. Whatever happens, tfjs's variables
 * and scopes are afterwards as they were.
 * @throws VALUE_READ_IN_TRACE, DYNAMIC_SHAPE, VARIABLE_MADE_IN_TRACE, BAD_RESULT, and whatever `body` throws
 */
export function traceFunction(
  { binding, backend, name: backendName }: TensorFlowBackend,
  label: string,
  body: (inputs: NamedTensors) => NamedTensors,
  inputs: NamedTensors,
  precision: 'float32' | 'bfloat16' = 'float32',
): TracedFunction {
  if (tf.getBackend() !== backendName) {
    throw new TensorFlowError(
      'WRONG_BACKEND',
      `${label}: expected the current backend to be ${backendName}, got ${tf.getBackend()}`,
      { kind: 'failed', hint: `await tf.setBackend('${backendName}')` },
    );
  }
  const inputNames = Object.keys(inputs).sort();
  const trace = new Trace(binding, precision);
  const variables = tracedVariables(backend, trace);
  binding.trace = trace;
  try {
    const placeholders = inputNames.map((input) =>
      trace.placeholder(inputs[input]!.shape, backend.getDTypeInteger(inputs[input]!.dtype)),
    );
    const { outputNames, results, assigned } = inTraceScope(tracedData(backend), () => {
      const symbolic = inputNames.map((input, i) => [input, backend.createOutputTensor(placeholders[i]!)]);
      const outputs = checkedResult(label, body(Object.fromEntries(symbolic) as NamedTensors));
      expectSameVariables(label, variables);
      const assigned = variables.assigned;
      const tensors = [...Object.values(outputs), ...assigned];
      const results = tensors.map((tensor) => trace.resultOf(backend.getInputTensorIds([tensor])[0]!, label));
      return { outputNames: Object.keys(outputs), results, assigned };
    });
    const functionInputs = [...placeholders, ...trace.captures].map(({ output }) => output);
    const name = binding.functionName(label);
    const pointer = makeFunction(binding, trace.graph, name, functionInputs, results);
    return {
      name,
      pointer,
      opCount: trace.opCount,
      inputNames,
      captures: trace.captures,
      outputNames,
      assigned,
    };
  } catch (error) {
    trace.freeCaptures();
    throw explained(label, error);
  } finally {
    binding.trace = null;
    variables.restore();
    trace.dispose();
  }
}

export function checkedResult(label: string, result: unknown): NamedTensors {
  const problem = resultProblem(result, 'compiled function');
  if (problem === null) return result as NamedTensors;
  throw new TensorFlowError(
    'BAD_RESULT',
    `${label}: expected a record of tensors as result, got ${problem}`,
    { kind: 'failed' },
  );
}

/** Makes a function of a graph and adds it to the context. */
export function makeFunction(
  { api, context, status }: TensorFlowBackend['binding'],
  graph: Pointer,
  name: string,
  inputs: readonly GraphOutput[],
  outputs: readonly GraphOutput[],
): Pointer {
  const pointer = api.graphToFunction(
    graph,
    name,
    0,
    -1,
    null,
    inputs.length,
    inputs,
    outputs.length,
    outputs,
    null,
    null,
    null,
    status.pointer,
  );
  status.check(() => name);
  api.addFunction(context, pointer, status.pointer);
  try {
    status.check(() => name);
  } catch (error) {
    api.deleteFunction(pointer);
    throw error;
  }
  return pointer;
}

/** tfjs's own error for a disposed tensor has neither a code nor the place. */
function explained(label: string, error: unknown): unknown {
  if (!(error instanceof Error) || error.message !== 'Tensor is disposed.') return error;
  return new TensorFlowError(
    'TENSOR_DISPOSED',
    `${label}: expected live tensors, got a disposed one${userFrame(error.stack)}`,
    { kind: 'failed', cause: error },
  );
}
