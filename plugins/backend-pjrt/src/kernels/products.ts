import * as hlo from '@ganymede/stablehlo';
import type { Value } from '@ganymede/stablehlo';
import { kernel, type Kernel, type KernelCall } from '../engine/kernel.js';

interface Attrs {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** Products of the last two dimensions; the leading ones broadcast. */
function matMul(
  { a, b }: { readonly a: Value; readonly b: Value },
  { attrs: { transposeA, transposeB }, precision }: KernelCall<Attrs>,
): Value {
  const rank = Math.max(a.rank, b.rank);
  const leading = Array.from({ length: rank - 2 }, (_, i) => {
    const sizes = [a, b].map(({ shape }) => shape[shape.length - rank + i] ?? 1);
    return Math.max(...sizes) * (sizes.includes(0) ? 0 : 1);
  });
  // A side that is one matrix meets the other's batch in one product.
  if (b.rank === 2 && a.rank > 2 && !transposeA) {
    return hlo.dotGeneral(a, b, { contracting: [[a.rank - 1], [transposeB ? 1 : 0]], precision });
  }
  const [x, y] = [a, b].map((side) => hlo.broadcastTo(side, [...leading, ...side.shape.slice(-2)])) as [
    Value,
    Value,
  ];
  const batch = leading.map((_, i) => i);
  return hlo.dotGeneral(x, y, {
    batching: [batch, batch],
    contracting: [[transposeA ? rank - 2 : rank - 1], [transposeB ? rank - 1 : rank - 2]],
    precision,
  });
}

export const products: readonly Kernel[] = [kernel<'a' | 'b', Attrs>('BatchMatMul', matMul)];
