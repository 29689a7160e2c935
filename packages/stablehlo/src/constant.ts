import { bitWidth, isBoolean, isFloat, type ElementType } from './element-type.js';
import { badAttribute } from './errors.js';
import type { OpSink, Value } from './block.js';
import { floatText, hexData, integerText } from './number-text.js';
import { elementCount, typeText, type TensorType } from './tensor-type.js';

/** Up to this many numbers are written as numbers, more as bytes in hexadecimal. */
const readableCount = 16;

type Numbers = ArrayLike<number> | ArrayLike<bigint> | ArrayLike<boolean>;

function literal(value: number | bigint | boolean, type: ElementType): string {
  if (isBoolean(type)) return value ? 'true' : 'false';
  return isFloat(type) ? floatText(Number(value), type) : integerText(value, type);
}

/** Nested as the shape says: `[[1, 2], [3, 4]]`. */
function nested(items: readonly string[], shape: readonly number[]): string {
  if (shape.length === 0) return items[0]!;
  const [size, ...rest] = shape as [number, ...number[]];
  const step = elementCount(rest);
  return `[${Array.from({ length: size }, (_, i) => nested(items.slice(i * step, (i + 1) * step), rest)).join(', ')}]`;
}

function attribute({ elementType, shape }: TensorType, data: Numbers): string {
  if (data.length === 0) return '';
  const first = data[0]!;
  let same = true;
  for (let i = 1; i < data.length && same; i++) same = Object.is(data[i], first);
  if (same) return literal(first, elementType);
  if (data.length <= readableCount || isBoolean(elementType)) {
    return nested(
      Array.from(data as ArrayLike<number>, (value) => literal(value, elementType)),
      shape,
    );
  }
  return hexData(data as ArrayLike<number>, elementType);
}

function emit(builder: OpSink, type: TensorType, text: string): Value {
  const written = `stablehlo.constant dense<${text}> : ${typeText(type)}`;
  for (const { constants } of builder.current.visible()) {
    const known = constants.get(written);
    if (known) return known;
  }
  const value = builder.emit('constant', [], [type], written)[0]!;
  // Long ones are rare, and their text is not worth keeping twice.
  if (written.length < 1000) builder.current.constants.set(written, value);
  return value;
}

/**
 * Numbers that are part of the program. The same one is written once in a block.
 * @param data - as many as the shape has elements, in row-major order; truth values are 0 and 1 or booleans
 * @throws BAD_ATTRIBUTE if their count differs, or an integer is out of range
 */
export function constant(builder: OpSink, type: TensorType, data: Numbers): Value {
  if (data.length !== elementCount(type.shape)) {
    throw badAttribute(
      'constant',
      `${elementCount(type.shape)} numbers for ${typeText(type)}`,
      String(data.length),
    );
  }
  return emit(builder, type, attribute(type, data));
}

/** One number in every element. */
export function splat(builder: OpSink, type: TensorType, value: number | bigint | boolean): Value {
  return emit(builder, type, elementCount(type.shape) === 0 ? '' : literal(value, type.elementType));
}

/** The smallest (`'lowest'`) or largest value of a type: infinities of floats. What a maximum or minimum starts from. */
export function extreme(builder: OpSink, type: TensorType, which: 'lowest' | 'highest'): Value {
  const { elementType } = type;
  if (isFloat(elementType)) return splat(builder, type, which === 'lowest' ? -Infinity : Infinity);
  if (isBoolean(elementType)) return splat(builder, type, which === 'highest');
  const bits = BigInt(bitWidth(elementType));
  const unsigned = elementType.startsWith('u');
  const highest = unsigned ? (1n << bits) - 1n : (1n << (bits - 1n)) - 1n;
  return splat(builder, type, which === 'highest' ? highest : unsigned ? 0n : -highest - 1n);
}
