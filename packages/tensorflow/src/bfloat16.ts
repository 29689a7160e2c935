/** TF_BFLOAT16. */
export const TF_BFLOAT16 = 14;

/** Below this many multiplications for each element read or written, casting costs more than it saves. */
const leastReuse = 8;

type Shape = readonly number[];

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
 * What a `bfloat16` function computes in bfloat16: convolutions, their two gradients, and products of matrices that
 * use each element often enough. Everything else is float32: variables and what they are updated with, reductions
 * (batch statistics, losses, norms), products with a vector (power iteration). Values between two ops are float32,
 * rounded to bfloat16 on the way into a product, which accumulates in float32.
 */
export function computesInBfloat16(op: string, inputs: readonly Shape[]): boolean {
  switch (op) {
    case 'Conv2D':
    case 'Conv2DBackpropInput':
    case 'Conv2DBackpropFilter':
      return true;
    case 'MatMul':
    case 'BatchMatMul':
    case 'BatchMatMulV2': {
      const [a, b] = inputs;
      if (!a || !b || a.length < 2 || b.length < 2 || [...a.slice(-2), ...b.slice(-2)].includes(1))
        return false;
      const { work, elements } = productWork(a, b);
      return work >= leastReuse * elements;
    }
    default:
      return false;
  }
}
