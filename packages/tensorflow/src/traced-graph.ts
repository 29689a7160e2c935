import * as tf from '@tensorflow/tfjs';
import { inTraceScope, SwappedVariables } from '@ganymede/tracing';
import { bufferBytes } from './buffer-bytes.js';
import type { Pointer } from './c-api.js';
import type { NamedTensors } from './compile-options.js';
import type { EagerBinding } from './eager-binding.js';
import type { TensorFlowBackend } from './tensorflow-backend.js';
import { Trace } from './trace.js';
import { tracedData } from './traced-data.js';
import { checkedResult } from './traced-function.js';

/** A constant of a graph, in the bytes of this machine, which has the low one first as TensorFlow's files have. */
export interface GraphConstant {
  /** TF_DataType. */
  readonly dtype: number;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** A function written down as a graph. */
export interface TracedGraph {
  /** GraphDef, serialized. */
  readonly graphDef: Uint8Array;
  /** Names of the nodes that stand for the inputs, in their order. */
  readonly inputs: readonly string[];
  /** Results, and the names of the nodes that have them. */
  readonly outputs: Readonly<
    Record<string, { readonly node: string; readonly shape: readonly number[]; readonly dtype: number }>
  >;
  /** What nodes stand for that are placeholders in the graph: tensors too large to be part of it while it is traced. */
  readonly constants: ReadonlyMap<string, GraphConstant>;
}

/**
 * Runs `body` once on symbolic tensors and writes down what it calls. What depends on no input is computed at once, and is in
 * the graph as its result.
 * @param variables - of the whole program, with their values
 * @throws VALUE_READ_IN_TRACE, DYNAMIC_SHAPE, BAD_RESULT, and whatever `body` throws
 */
export function traceGraph(
  { binding, backend }: TensorFlowBackend,
  body: (inputs: NamedTensors) => NamedTensors,
  inputs: Readonly<Record<string, { readonly shape: readonly number[]; readonly dtype: tf.DataType }>>,
  variables: ReadonlyMap<tf.Variable, tf.TypedArray>,
): TracedGraph {
  const trace = new Trace(binding, 'float32', true);
  const swapped = new SwappedVariables(
    backend,
    (variable) => tf.tensor(variables.get(variable)!, variable.shape, variable.dtype),
    (variable) => variables.has(variable),
  );
  binding.trace = trace;
  try {
    const placeholders = Object.values(inputs).map(({ shape, dtype }) =>
      trace.placeholder(shape, backend.getDTypeInteger(dtype)),
    );
    const outputs = inTraceScope(tracedData(backend), () => {
      const symbolic = Object.keys(inputs).map((name, i) => [
        name,
        backend.createOutputTensor(placeholders[i]!),
      ]);
      const results = checkedResult('SavedModel', body(Object.fromEntries(symbolic) as NamedTensors));
      return Object.entries(results).map(([name, tensor]) => {
        const { oper } = trace.resultOf(backend.getInputTensorIds([tensor])[0]!, name);
        const node = binding.api.operationName(oper);
        return [name, { node, shape: tensor.shape, dtype: backend.getDTypeInteger(tensor.dtype) }] as const;
      });
    });
    const constants = trace.captures.map((capture): [string, GraphConstant] => {
      // Variables are tensors here, so that all captures are values.
      const { handle, output } = capture as Extract<typeof capture, { handle: Pointer }>;
      return [binding.api.operationName(output.oper), valueOf(binding, handle)];
    });
    return {
      graphDef: graphDefOf(binding, trace.graph),
      inputs: placeholders.map(({ output }) => binding.api.operationName(output.oper)),
      outputs: Object.fromEntries(outputs),
      constants: new Map(constants),
    };
  } finally {
    binding.trace = null;
    swapped.restore();
    trace.freeCaptures();
    trace.dispose();
  }
}

function valueOf(binding: EagerBinding, handle: Pointer): GraphConstant {
  const { api, status } = binding;
  const rank = api.handleNumDims(handle, status.pointer);
  const shape = Array.from({ length: rank }, (_, i) => Number(api.handleDim(handle, i, status.pointer)));
  const tensor = api.resolveHandle(handle, status.pointer);
  status.check(() => 'constant of a SavedModel');
  const bytes = new Uint8Array(Number(api.tensorByteSize(tensor)));
  api.copy(bytes, api.tensorData(tensor), bytes.length);
  api.deleteTensor(tensor);
  return { dtype: api.handleDataType(handle), shape, bytes };
}

function graphDefOf({ api, status }: EagerBinding, graph: Pointer): Uint8Array {
  const buffer = api.newBuffer();
  try {
    api.graphToGraphDef(graph, buffer, status.pointer);
    status.check(() => 'graph of a SavedModel');
    return bufferBytes(api, buffer);
  } finally {
    api.deleteBuffer(buffer);
  }
}
