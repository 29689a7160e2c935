import * as tf from '@tensorflow/tfjs';
import { inTraceScope, SwappedVariables, tracedBatches, variableValues } from '@ganymede/tracing';
import { dependsOnBatch } from './errors.js';
import { Graph, type GraphValue, type ModelDescription, type OnnxModel } from './graph.js';
import type { ElementType } from './proto.js';
import { backendName, TraceBackend } from './trace-backend.js';

/** What a model takes: a row for each image. */
export interface ModelInput {
  /** Of one row; [] for a number. */
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32';
  /** What the model's callers give; `int64` is what most have whole numbers in. The same as `dtype` if absent. */
  readonly given?: ElementType;
}

export interface OnnxProgram {
  readonly inputs: Readonly<Record<string, ModelInput>>;
  /** Results by name, each with a row for each image; images channels first, if they are to be. */
  readonly run: (inputs: Readonly<Record<string, tf.Tensor>>) => Readonly<Record<string, tf.Tensor>>;
  readonly about: ModelDescription;
}

/**
 * Writes a function of tfjs as a model of ONNX, for any number of rows. Variables are constants of the model, with the
 * values that they have now; what is computed of constants alone is in it as its result. Nothing else may use tfjs
 * meanwhile: the function runs on a backend of its own.
 *
 * @throws ONNX_UNSUPPORTED, ONNX_BATCH_DEPENDENT, ONNX_VALUE_READ, ONNX_TOO_LARGE
 */
export async function writeOnnx(program: OnnxProgram): Promise<OnnxModel> {
  const variables = await variableValues();
  const [first, second] = tracedBatches(variables.keys());
  const backendBefore = tf.getBackend();
  const constants = tf.findBackendFactory('cpu')() as tf.KernelBackend & { firstUse: boolean };
  // It would advise to install a faster backend.
  constants.firstUse = false;
  try {
    const model = await trace(program, variables, constants, first);
    // A number that was computed from the number of images would differ between the two.
    if (!sameBytes(model.bytes, (await trace(program, variables, constants, second)).bytes))
      throw dependsOnBatch('the model', 'another one for another number of images');
    return model;
  } finally {
    await tf.setBackend(backendBefore);
  }
}

async function trace(
  { inputs, run, about }: OnnxProgram,
  variables: ReadonlyMap<tf.Variable, tf.TypedArray>,
  constants: tf.KernelBackend,
  batch: number,
): Promise<OnnxModel> {
  const graph = new Graph(batch);
  const given = Object.entries(inputs).map(([name, { shape, dtype, given: type = dtype }]) => ({
    name,
    dtype,
    value: graph.input(name, [batch, ...shape], type),
  }));
  const backend = new TraceBackend(graph, given[0]!.value, constants);
  const { kernels } = backend;
  for (const kernel of kernels) tf.registerKernel(kernel);
  tf.registerBackend(backendName, () => backend);
  await tf.setBackend(backendName);
  const swapped = new SwappedVariables(
    backend,
    (variable) => backend.constantOf(variables.get(variable)!, variable.shape, variable.dtype),
    (variable) => variables.has(variable),
  );
  try {
    return inTraceScope(
      (dataId) => backend.holds(dataId),
      () => {
        const tensors = given.map(({ name, dtype, value }) => [name, backend.inputOf(value, dtype)] as const);
        const results = run(Object.fromEntries(tensors));
        const values = Object.entries(results).map(([name, tensor]): [string, GraphValue] => [
          name,
          backend.graphValue(tensor),
        ]);
        return graph.encode(Object.fromEntries(values), about);
      },
    );
  } finally {
    swapped.restore();
    tf.removeBackend(backendName);
    for (const { kernelName } of kernels) tf.unregisterKernel(kernelName, backendName);
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.from(a.buffer, a.byteOffset, a.byteLength).equals(b);
}
