import type { Value } from './block.js';
import { badAttribute, shapeMismatch, typeMismatch } from './errors.js';
import { genericOp } from './generic-op.js';
import { checkDimensions } from './shape.js';
import { sameShape, sameType, shapeText, tensorType, typeText } from './tensor-type.js';

/**
 * Sorts values of one shape along a dimension, all in the order of the comparison; equal ones keep their order.
 * @param before - gets two elements of each value, `(a0, b0, a1, b1, ...)`; whether the former comes first
 */
export function sort(
  values: readonly Value[],
  dimension: number,
  before: (...pairs: Value[]) => Value,
): readonly Value[] {
  const [first] = values;
  if (!first) throw badAttribute('sort', 'one value or more', 'none');
  checkDimensions('sort', [dimension], first.rank);
  for (const { shape } of values) {
    if (!sameShape(shape, first.shape)) throw shapeMismatch('sort', shapeText(first.shape), shapeText(shape));
  }
  const pairs = values.flatMap(({ elementType }) => [tensorType(elementType), tensorType(elementType)]);
  const sink = first.block.owner;
  const region = sink.region('closed', pairs, (...all) => [before(...all)]);
  const [given] = region.results;
  if (!sameType(given!.type, tensorType('i1'))) {
    throw typeMismatch('region of sort', 'tensor<i1>', typeText(given!.type));
  }
  const types = values.map(({ type }) => type);
  return genericOp(sink, 'sort', values, types, { dimension: `${dimension} : i64`, is_stable: 'true' }, [
    region,
  ]);
}
