import type { OpSink, Value } from './block.js';
import { bitWidth, type ElementType } from './element-type.js';
import { badAttribute, shapeMismatch, typeMismatch } from './errors.js';
import { listText } from './attribute-text.js';
import { elementCount, shapeText, tensorType, typeText, type TensorType } from './tensor-type.js';

const toText = (from: readonly Value[], to: TensorType): string =>
  `(${from.map(({ type }) => typeText(type)).join(', ')}) -> ${typeText(to)}`;

/** @throws BAD_ATTRIBUTE unless `dimensions` are distinct ones of a value of that rank */
export function checkDimensions(op: string, dimensions: readonly number[], rank: number): void {
  const good = dimensions.every((one) => Number.isInteger(one) && one >= 0 && one < rank);
  if (!good || new Set(dimensions).size !== dimensions.length) {
    throw badAttribute(op, `different dimensions below ${rank}`, listText(dimensions));
  }
}

/** @throws BAD_ATTRIBUTE unless there is a number a dimension, each of at least `low` */
export function checkPerDimension(
  op: string,
  name: string,
  numbers: readonly number[],
  rank: number,
  low = -Infinity,
): void {
  if (numbers.length !== rank || !numbers.every((one) => Number.isSafeInteger(one) && one >= low)) {
    const least = low === -Infinity ? 'whole numbers' : `whole numbers of ${low} or more`;
    throw badAttribute(op, `${rank} ${name}, ${least}`, listText(numbers));
  }
}

/** The same elements in row-major order under another shape; the value itself if it has it. */
export function reshape(x: Value, shape: readonly number[]): Value {
  const type = tensorType(x.elementType, shape);
  if (elementCount(shape) !== elementCount(x.shape)) {
    throw shapeMismatch(
      'reshape',
      `${elementCount(x.shape)} elements as in ${shapeText(x.shape)}`,
      shapeText(shape),
    );
  }
  if (shapeText(shape) === shapeText(x.shape)) return x;
  return x.block.owner.emit('reshape', [x], [type], `stablehlo.reshape ${x.name} : ${toText([x], type)}`)[0]!;
}

/**
 * Repeats elements.
 * @param dimensions - for each dimension of `x`, the one of the result that it becomes; its size is that one's or 1
 */
export function broadcastInDim(x: Value, shape: readonly number[], dimensions: readonly number[]): Value {
  const type = tensorType(x.elementType, shape);
  checkDimensions('broadcast_in_dim', dimensions, shape.length);
  if (dimensions.length !== x.rank) {
    throw badAttribute('broadcast_in_dim', `${x.rank} dimensions`, listText(dimensions));
  }
  if (!x.shape.every((size, i) => size === 1 || size === shape[dimensions[i]!])) {
    throw shapeMismatch(
      'broadcast_in_dim',
      `sizes of 1 or of ${shapeText(shape)} at ${listText(dimensions)}`,
      shapeText(x.shape),
    );
  }
  const text = `stablehlo.broadcast_in_dim ${x.name}, dims = ${listText(dimensions)} : ${toText([x], type)}`;
  return x.block.owner.emit('broadcast_in_dim', [x], [type], text)[0]!;
}

/** Repeats elements as numpy does: sizes of 1 and missing leading dimensions; the value itself if it has the shape. */
export function broadcastTo(x: Value, shape: readonly number[]): Value {
  if (shapeText(shape) === shapeText(x.shape)) return x;
  const lead = shape.length - x.rank;
  if (lead < 0) throw shapeMismatch('broadcastTo', `a rank of ${x.rank} or more`, shapeText(shape));
  return broadcastInDim(
    x,
    shape,
    Array.from(x.shape, (_, i) => lead + i),
  );
}

/** @param permutation - for each dimension of the result, the one of `x` that it is */
export function transpose(x: Value, permutation: readonly number[]): Value {
  checkDimensions('transpose', permutation, x.rank);
  if (permutation.length !== x.rank) {
    throw badAttribute('transpose', `a permutation of ${x.rank} dimensions`, listText(permutation));
  }
  const type = tensorType(
    x.elementType,
    permutation.map((one) => x.shape[one]!),
  );
  const text = `stablehlo.transpose ${x.name}, dims = ${listText(permutation)} : ${toText([x], type)}`;
  return x.block.owner.emit('transpose', [x], [type], text)[0]!;
}

/** Elements `start`, `start + stride`, ... below `limit`, a number each a dimension; strides are 1 if absent. */
export function slice(
  x: Value,
  start: readonly number[],
  limit: readonly number[],
  strides: readonly number[] = start.map(() => 1),
): Value {
  checkPerDimension('slice', 'starts', start, x.rank, 0);
  checkPerDimension('slice', 'limits', limit, x.rank, 0);
  checkPerDimension('slice', 'strides', strides, x.rank, 1);
  if (!limit.every((end, i) => start[i]! <= end && end <= x.shape[i]!)) {
    throw badAttribute(
      'slice',
      `starts up to limits up to sizes of ${shapeText(x.shape)}`,
      `${listText(start)} to ${listText(limit)}`,
    );
  }
  const type = tensorType(
    x.elementType,
    start.map((begin, i) => Math.ceil((limit[i]! - begin) / strides[i]!)),
  );
  const ranges = start.map((begin, i) => `${begin}:${limit[i]}${strides[i] === 1 ? '' : `:${strides[i]}`}`);
  const text = `stablehlo.slice ${x.name} [${ranges.join(', ')}] : ${toText([x], type)}`;
  return x.block.owner.emit('slice', [x], [type], text)[0]!;
}

/**
 * Adds elements of one value around (`low`, `high`) and between (`interior`) those of `x`; negative ones of the former
 * two take elements away, after the interior was added.
 * @param value - a scalar
 */
export function pad(
  x: Value,
  value: Value,
  low: readonly number[],
  high: readonly number[],
  interior: readonly number[] = low.map(() => 0),
): Value {
  checkPerDimension('pad', 'low paddings', low, x.rank);
  checkPerDimension('pad', 'high paddings', high, x.rank);
  checkPerDimension('pad', 'interior paddings', interior, x.rank, 0);
  checkScalar('pad', value, x.elementType);
  const sizes = x.shape.map((size, i) => low[i]! + size + Math.max(size - 1, 0) * interior[i]! + high[i]!);
  if (sizes.some((size) => size < 0)) {
    throw shapeMismatch('pad', 'sizes of 0 or more', `${shapeText(sizes)} of ${shapeText(x.shape)}`);
  }
  const type = tensorType(x.elementType, sizes);
  const lists = `low = ${listText(low)}, high = ${listText(high)}, interior = ${listText(interior)}`;
  const text = `stablehlo.pad ${x.name}, ${value.name}, ${lists} : ${toText([x, value], type)}`;
  return x.block.owner.emit('pad', [x, value], [type], text)[0]!;
}

/** Puts values behind one another along a dimension; the other sizes are equal. */
export function concatenate(values: readonly Value[], dimension: number): Value {
  const [first] = values;
  if (!first) throw badAttribute('concatenate', 'one value or more', 'none');
  checkDimensions('concatenate', [dimension], first.rank);
  for (const value of values) {
    if (value.elementType !== first.elementType) {
      throw typeMismatch('concatenate', first.elementType, value.elementType);
    }
    const same =
      value.rank === first.rank && value.shape.every((size, i) => i === dimension || size === first.shape[i]);
    if (!same) {
      throw shapeMismatch(
        'concatenate',
        `${shapeText(first.shape)} but for dimension ${dimension}`,
        shapeText(value.shape),
      );
    }
  }
  const total = values.reduce((sum, { shape }) => sum + shape[dimension]!, 0);
  const type = tensorType(
    first.elementType,
    first.shape.map((size, i) => (i === dimension ? total : size)),
  );
  const names = values.map(({ name }) => name).join(', ');
  const text = `stablehlo.concatenate ${names}, dim = ${dimension} : ${toText(values, type)}`;
  return first.block.owner.emit('concatenate', values, [type], text)[0]!;
}

/** Turns the order of elements around along some dimensions. */
export function reverse(x: Value, dimensions: readonly number[]): Value {
  checkDimensions('reverse', dimensions, x.rank);
  const text = `stablehlo.reverse ${x.name}, dims = ${listText(dimensions)} : ${typeText(x.type)}`;
  return x.block.owner.emit('reverse', [x], [x.type], text)[0]!;
}

/** 0, 1, 2, ... along a dimension. */
export function iota(builder: OpSink, type: TensorType, dimension: number): Value {
  checkDimensions('iota', [dimension], type.shape.length);
  if (type.elementType === 'i1') throw typeMismatch('iota', 'numbers', typeText(type));
  return builder.emit('iota', [], [type], `stablehlo.iota dim = ${dimension} : ${typeText(type)}`)[0]!;
}

/**
 * The same bits as another type. Of a narrower type, the last dimension of the result counts its parts; of a wider one,
 * the last dimension of `x` does.
 */
export function bitcastConvert(x: Value, elementType: ElementType): Value {
  const [from, to] = [bitWidth(x.elementType), bitWidth(elementType)];
  if ((x.elementType === 'i1') !== (elementType === 'i1')) {
    throw typeMismatch(
      'bitcast_convert',
      'numbers, or truth values twice',
      `${x.elementType} and ${elementType}`,
    );
  }
  const parts = to / from;
  if (parts > 1 && x.shape.at(-1) !== parts) {
    throw shapeMismatch(
      'bitcast_convert',
      `${parts} parts of ${elementType} in the last dimension`,
      shapeText(x.shape),
    );
  }
  const shape = parts === 1 ? x.shape : parts > 1 ? x.shape.slice(0, -1) : [...x.shape, from / to];
  const type = tensorType(elementType, shape);
  const text = `stablehlo.bitcast_convert ${x.name} : ${toText([x], type)}`;
  return x.block.owner.emit('bitcast_convert', [x], [type], text)[0]!;
}

/** @throws TYPE_MISMATCH, SHAPE_MISMATCH unless `value` is a scalar of that type */
function checkScalar(op: string, value: Value, elementType: ElementType): void {
  if (value.elementType !== elementType)
    throw typeMismatch(op, `a scalar of ${elementType}`, typeText(value.type));
  if (value.rank !== 0) throw shapeMismatch(op, 'a scalar', shapeText(value.shape));
}
