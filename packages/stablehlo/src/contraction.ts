import type { Value } from './block.js';
import { listText } from './attribute-text.js';
import type { ElementType } from './element-type.js';
import { badAttribute, shapeMismatch, typeMismatch } from './errors.js';
import { signatureText } from './generic-op.js';
import { checkDimensions } from './shape.js';
import { shapeText, tensorType } from './tensor-type.js';

/** How exact products of float32 are on hardware that has faster, less exact ones: `HIGHEST` is float32 itself. */
export type Precision = 'DEFAULT' | 'HIGH' | 'HIGHEST';

export interface DotOptions {
  /** Dimensions that the two have in common, which stay: in the result they come first. */
  readonly batching?: readonly [a: readonly number[], b: readonly number[]];
  /** Dimensions that are summed over. */
  readonly contracting: readonly [a: readonly number[], b: readonly number[]];
  readonly precision?: Precision;
  /** Of the result, and of sums inside; that of the operands if absent. */
  readonly resultType?: ElementType;
}

/** Products of matrices and their like. The result has the batching dimensions, then the rest of `a`, then that of `b`. */
export function dotGeneral(
  a: Value,
  b: Value,
  { batching = [[], []], contracting, precision = 'DEFAULT', resultType = a.elementType }: DotOptions,
): Value {
  if (a.elementType !== b.elementType) throw typeMismatch('dot_general', a.elementType, b.elementType);
  const used = [
    [...batching[0], ...contracting[0]],
    [...batching[1], ...contracting[1]],
  ] as const;
  checkDimensions('dot_general', used[0], a.rank);
  checkDimensions('dot_general', used[1], b.rank);
  if (batching[0].length !== batching[1].length || contracting[0].length !== contracting[1].length) {
    throw badAttribute(
      'dot_general',
      'as many dimensions of one as of the other',
      `${listText(used[0])} and ${listText(used[1])}`,
    );
  }
  if (!used[0].every((dimension, i) => a.shape[dimension] === b.shape[used[1][i]!])) {
    throw shapeMismatch(
      'dot_general',
      `equal sizes at ${listText(used[0])} and ${listText(used[1])}`,
      `${shapeText(a.shape)} and ${shapeText(b.shape)}`,
    );
  }
  const rest = (x: Value, taken: readonly number[]): number[] => x.shape.filter((_, i) => !taken.includes(i));
  const type = tensorType(resultType, [
    ...batching[0].map((dimension) => a.shape[dimension]!),
    ...rest(a, used[0]),
    ...rest(b, used[1]),
  ]);
  const batches =
    batching[0].length > 0 ? `batching_dims = ${listText(batching[0])} x ${listText(batching[1])}, ` : '';
  const text =
    `stablehlo.dot_general ${a.name}, ${b.name}, ${batches}` +
    `contracting_dims = ${listText(contracting[0])} x ${listText(contracting[1])}, ` +
    `precision = [${precision}, ${precision}] : ${signatureText([a.type, b.type], [type])}`;
  return a.block.owner.emit('dot_general', [a, b], [type], text)[0]!;
}
