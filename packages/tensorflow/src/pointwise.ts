import { createHash } from 'node:crypto';
import * as tf from '@tensorflow/tfjs';
import { leastPointwiseElements, staysInBfloat16 } from '@ganymede/precision';
import { TF_BFLOAT16, TF_FLOAT } from './data-types.js';
import type { EagerBinding } from './eager-binding.js';
import { TensorFlowError } from './errors.js';
import type { NodeBackend } from './kernels.js';
import { Trace } from './trace.js';
import { makeFunction } from './traced-function.js';

/**
 * An element-wise expression of tensors: of a compiled function for a CPU, where TensorFlow runs every op as a pass of
 * its own over the operands, it becomes one pass that XLA compiles. Elsewhere the ops are run one by one.
 *
 * Operands that are stored in bfloat16 are read so, the expression is computed in float32, and its results are rounded
 * once, to bfloat16 if all large operands were.
 *
 * @param body - pure and element-wise (with broadcasting); of its arguments and of constants, but of no other tensors
 * @throws POINTWISE_CAPTURE where it uses a variable or a large tensor besides its arguments
 */
export function pointwise(
  binding: EagerBinding,
  backend: NodeBackend,
  inputs: readonly tf.Tensor[],
  body: (...inputs: tf.Tensor[]) => tf.Tensor[],
): tf.Tensor[] {
  const outer = binding.trace;
  const size = Math.max(...inputs.map((tensor) => tensor.size));
  if (!outer || outer.foldsKnown || binding.isUsingGpuDevice() || size < leastPointwiseElements)
    return body(...inputs);
  const operands = backend.getInputTensorIds([...inputs]).map((id) => outer.operand(id, 'pointwise'));
  const resultType = staysInBfloat16(operands) ? TF_BFLOAT16 : TF_FLOAT;
  const { name, shapes } = functionOf(binding, backend, operands, resultType, body);
  const results = shapes.map((shape) => ({ shape, dtype: resultType }));
  const outputs = operands.map(({ output }) => output);
  return outer.launch(name, outputs, results).map((metadata) => backend.createOutputTensor(metadata));
}

/** The function of this body, made once for each graph that it gives. */
function functionOf(
  binding: EagerBinding,
  backend: NodeBackend,
  operands: readonly { readonly shape: readonly number[]; readonly stored: boolean }[],
  resultType: number,
  body: (...inputs: tf.Tensor[]) => tf.Tensor[],
): { readonly name: string; readonly shapes: readonly (readonly number[])[] } {
  const outer = binding.trace;
  const inner = new Trace(binding);
  binding.trace = inner;
  try {
    const standIns = operands.map(({ shape, stored }) =>
      stored ? inner.storedPlaceholder(shape) : inner.placeholder(shape, TF_FLOAT),
    );
    const made = { outputs: [] as ReturnType<Trace['resultOf']>[], shapes: [] as number[][] };
    tf.tidy(() => {
      const results = body(...standIns.map((one) => backend.createOutputTensor(one)));
      made.shapes = results.map(({ shape }) => shape);
      made.outputs = backend
        .getInputTensorIds(results)
        .map((id) =>
          resultType === TF_BFLOAT16
            ? inner.roundedResultOf(id, 'pointwise')
            : inner.resultOf(id, 'pointwise'),
        );
    });
    if (inner.captures.length > 0) throw captured();
    const inputs = standIns.map(({ output }) => output);
    return { name: nameOf(binding, inner, inputs, made.outputs), shapes: made.shapes };
  } catch (error) {
    throw error instanceof TensorFlowError && error.code === 'TENSOR_OF_A_TRACE' ? captured(error) : error;
  } finally {
    binding.trace = outer;
    inner.freeCaptures();
    inner.dispose();
  }
}

function captured(cause?: Error): TensorFlowError {
  return new TensorFlowError(
    'POINTWISE_CAPTURE',
    'pointwise: expected an expression of its arguments and constants, got one that uses another tensor',
    {
      kind: 'failed',
      cause,
      hint: 'Pass every tensor and variable that the expression uses as an argument.',
    },
  );
}

/**
 * Functions are kept for the life of the context under a name made of their graph, so that the same expression of the same
 * shapes, in this trace or a later one, finds its machine code.
 */
function nameOf(
  binding: EagerBinding,
  trace: Trace,
  inputs: Parameters<typeof makeFunction>[3],
  outputs: Parameters<typeof makeFunction>[4],
): string {
  const { api, pointwiseFunctions } = binding;
  // Inputs are the graph's first nodes and outputs its last ones, each in order.
  const lines = [...trace.lines, `${inputs.length} in, ${outputs.length} out`];
  const hash = createHash('sha256').update(lines.join('\n')).digest('hex');
  const name = `pointwise_${hash.slice(0, 24)}`;
  if (!pointwiseFunctions.has(name)) {
    api.deleteFunction(makeFunction(binding, trace.graph, name, inputs, outputs));
    pointwiseFunctions.add(name);
  }
  return name;
}
