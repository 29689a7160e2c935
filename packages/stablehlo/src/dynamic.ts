import type { Value } from './block.js';
import { listText } from './attribute-text.js';
import { badAttribute, shapeMismatch, typeMismatch } from './errors.js';
import { signatureText } from './generic-op.js';
import { checkPerDimension } from './shape.js';
import { isInteger } from './element-type.js';
import { shapeText, tensorType, typeText } from './tensor-type.js';

function checkStarts(op: string, x: Value, starts: readonly Value[]): void {
  if (starts.length !== x.rank) throw badAttribute(op, `${x.rank} starts`, String(starts.length));
  for (const { type } of starts) {
    const same = type.elementType === starts[0]!.elementType;
    if (type.shape.length > 0 || !isInteger(type.elementType) || !same) {
      throw typeMismatch(op, 'starts that are scalars of one integer type', typeText(type));
    }
  }
}

/**
 * A part of `x` whose start is computed; starts that would leave `x` are moved inside.
 * @param starts - integer scalars, one a dimension
 */
export function dynamicSlice(x: Value, starts: readonly Value[], sizes: readonly number[]): Value {
  checkStarts('dynamic_slice', x, starts);
  checkPerDimension('dynamic_slice', 'sizes', sizes, x.rank, 0);
  if (!sizes.every((size, i) => size <= x.shape[i]!)) {
    throw shapeMismatch('dynamic_slice', `sizes up to ${shapeText(x.shape)}`, shapeText(sizes));
  }
  const type = tensorType(x.elementType, sizes);
  const operands = [x, ...starts];
  const text =
    `stablehlo.dynamic_slice ${operands.map(({ name }) => name).join(', ')}, sizes = ${listText(sizes)} : ` +
    signatureText(
      operands.map((one) => one.type),
      [type],
    );
  return x.block.owner.emit('dynamic_slice', operands, [type], text)[0]!;
}

/** `x` with `update` in the place that begins at `starts`, moved inside if it would leave `x`. */
export function dynamicUpdateSlice(x: Value, update: Value, starts: readonly Value[]): Value {
  checkStarts('dynamic_update_slice', x, starts);
  if (update.elementType !== x.elementType) {
    throw typeMismatch('dynamic_update_slice', x.elementType, update.elementType);
  }
  if (update.rank !== x.rank || !update.shape.every((size, i) => size <= x.shape[i]!)) {
    throw shapeMismatch('dynamic_update_slice', `sizes up to ${shapeText(x.shape)}`, shapeText(update.shape));
  }
  const operands = [x, update, ...starts];
  const text =
    `stablehlo.dynamic_update_slice ${operands.map(({ name }) => name).join(', ')} : ` +
    signatureText(
      operands.map((one) => one.type),
      [x.type],
    );
  return x.block.owner.emit('dynamic_update_slice', operands, [x.type], text)[0]!;
}
