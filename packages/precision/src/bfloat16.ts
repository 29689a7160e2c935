/** Below this many multiplications for each element read or written, casting costs more than it saves. */
const leastReuse = 8;

type Shape = readonly number[];

/** An operand of an op: `stored` where it is float32 to tfjs and its value one of bfloat16. */
export interface ActivationOperand {
  readonly shape: Shape;
  readonly stored: boolean;
}

const size = (shape: Shape): number => shape.reduce((product, dim) => product * dim, 1);

/** Multiplications of a product of matrices [..., m, k] x [..., k, n], whichever of them is stored transposed. */
function productWork(a: Shape, b: Shape): { readonly work: number; readonly elements: number } {
  const [am, ak] = a.slice(-2) as [number, number];
  const [bm, bk] = b.slice(-2) as [number, number];
  const shared = am === bm || am === bk ? am : ak;
  const m = (am * ak) / shared;
  const n = (bm * bk) / shared;
  const batch = Math.max(size(a.slice(0, -2)), size(b.slice(0, -2)));
  return { work: batch * m * n * shared, elements: batch * (am * ak + bm * bk + m * n) };
}

/**
 * The products that a `bfloat16` function computes in bfloat16, with float32 accumulation: convolutions, their two
 * gradients, products with activations that are stored in bfloat16, and products of matrices that use each element often
 * enough. Others with a vector (power iteration) are float32. Operands are rounded on the way in.
 */
export function computesInBfloat16(op: string, inputs: readonly ActivationOperand[]): boolean {
  switch (op) {
    case 'Conv2D':
    case 'Conv2DBackpropInput':
    case 'Conv2DBackpropFilter':
      return true;
    case 'MatMul':
    case 'BatchMatMul':
    case 'BatchMatMulV2': {
      if (inputs.some(({ stored }) => stored)) return true;
      const [a, b] = inputs.map(({ shape }) => shape);
      if (!a || !b || a.length < 2 || b.length < 2 || [...a.slice(-2), ...b.slice(-2)].includes(1))
        return false;
      const { work, elements } = productWork(a, b);
      return work >= leastReuse * elements;
    }
    default:
      return false;
  }
}

/**
 * Whether the result of a product is an activation, or a gradient of one, and stays in bfloat16 where it is passed on: of
 * convolutions, and of batches of matrices (attention), unless one of them is a vector (sums).
 */
export function makesActivations(op: string, inputs: readonly ActivationOperand[]): boolean {
  switch (op) {
    case 'Conv2D':
    case 'Conv2DBackpropInput':
      return true;
    case 'BatchMatMul':
    case 'BatchMatMulV2':
      return inputs.every(({ shape }) => shape.length > 2 && !shape.slice(-2).includes(1));
    default:
      return false;
  }
}

/**
 * Ops that move activations, select among them or add them, and those whose bfloat16 kernels compute in float32. Other
 * arithmetic belongs into `pointwise`, which rounds once however long the expression is.
 */
const activationOps: ReadonlySet<string> = new Set([
  'Add',
  'AddN',
  'AddV2',
  'AvgPool',
  'ConcatV2',
  'FusedBatchNormV2',
  'MaxPool',
  'Relu',
  'ReluGrad',
  'Reshape',
  'ResizeNearestNeighbor',
  'Slice',
  'Softmax',
  'Split',
  'SplitV',
  'Transpose',
]);

/** Whether the op has a kernel for activations in bfloat16 that is worth using. */
export const isActivationOp = (op: string): boolean => activationOps.has(op);

/** Inputs of an op that its type is about, where it has more of float32; its other inputs stay as they are. */
export const typedInputs: ReadonlyMap<string, number> = new Map([['FusedBatchNormV2', 1]]);

/** Elements of the largest operand below which a `pointwise` expression is taken op by op. */
export const leastPointwiseElements = 1 << 16;

/** Elements of an activation for each of an operand that counts as a parameter of it: a bias, a gain for each sample. */
const parameterShare = 8;

/**
 * Whether an op on activations that are stored in bfloat16 leaves its result there: half the memory traffic, and no
 * conversion between two convolutions. So does autocast of torch. An operand of float32 of about the same size keeps the
 * result in float32; a small one that is broadcast (bias, gain, scalar) does not count. What is not made of activations
 * is float32: variables and what they are updated with, filter gradients once they are made, statistics of batches,
 * losses, norms.
 */
export function staysInBfloat16(operands: readonly ActivationOperand[]): boolean {
  const largest = Math.max(0, ...operands.filter(({ stored }) => stored).map(({ shape }) => size(shape)));
  return (
    largest > 0 && operands.every(({ shape, stored }) => stored || size(shape) * parameterShare <= largest)
  );
}
