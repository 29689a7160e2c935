import { isBoolean, isFloat, isInteger, type ElementType } from './element-type.js';
import { shapeMismatch, typeMismatch } from './errors.js';
import { sameShape, shapeText, typeText, type TensorType } from './tensor-type.js';
import type { Value } from './block.js';

type Accepts = (type: ElementType) => boolean;
const number: Accepts = (type) => !isBoolean(type);
const bits: Accepts = (type) => isInteger(type) || isBoolean(type);
const any: Accepts = () => true;

const wordsOf = new Map<Accepts, string>([
  [isFloat, 'floats'],
  [number, 'numbers'],
  [bits, 'integers or truth values'],
  [isInteger, 'integers'],
]);

function checkElements(op: string, value: Value, accepts: Accepts): void {
  if (!accepts(value.elementType)) throw typeMismatch(op, wordsOf.get(accepts)!, typeText(value.type));
}

/** @throws TYPE_MISMATCH, SHAPE_MISMATCH: nothing broadcasts by itself in StableHLO */
function checkSame(op: string, a: Value, b: Value): void {
  if (a.elementType !== b.elementType) throw typeMismatch(op, `two of ${a.elementType}`, b.elementType);
  if (!sameShape(a.shape, b.shape)) {
    throw shapeMismatch(
      op,
      'equal shapes',
      `${shapeText(a.shape)} and ${shapeText(b.shape)}`,
      'broadcastTo brings one to the shape of the other.',
    );
  }
}

const unary =
  (op: string, accepts: Accepts) =>
  (x: Value): Value => {
    checkElements(op, x, accepts);
    return x.block.owner.emit(op, [x], [x.type], `stablehlo.${op} ${x.name} : ${typeText(x.type)}`)[0]!;
  };

const binary =
  (op: string, accepts: Accepts) =>
  (a: Value, b: Value): Value => {
    checkSame(op, a, b);
    checkElements(op, a, accepts);
    const text = `stablehlo.${op} ${a.name}, ${b.name} : ${typeText(a.type)}`;
    return a.block.owner.emit(op, [a, b], [a.type], text)[0]!;
  };

export const abs = unary('abs', number);
export const negate = unary('negate', number);
export const sign = unary('sign', number);
export const exponential = unary('exponential', isFloat);
export const exponentialMinusOne = unary('exponential_minus_one', isFloat);
export const log = unary('log', isFloat);
export const logPlusOne = unary('log_plus_one', isFloat);
export const sqrt = unary('sqrt', isFloat);
export const rsqrt = unary('rsqrt', isFloat);
export const cbrt = unary('cbrt', isFloat);
export const logistic = unary('logistic', isFloat);
export const tanh = unary('tanh', isFloat);
export const sine = unary('sine', isFloat);
export const cosine = unary('cosine', isFloat);
export const floor = unary('floor', isFloat);
export const ceil = unary('ceil', isFloat);
/** Ties to even, as tfjs rounds. */
export const roundNearestEven = unary('round_nearest_even', isFloat);
/** Ties away from zero. */
export const roundNearestAfz = unary('round_nearest_afz', isFloat);
export const not = unary('not', bits);
export const popcnt = unary('popcnt', isInteger);
export const countLeadingZeros = unary('count_leading_zeros', isInteger);

export const add = binary('add', any);
export const subtract = binary('subtract', number);
export const multiply = binary('multiply', any);
/** Of integers it rounds towards zero. */
export const divide = binary('divide', number);
export const maximum = binary('maximum', any);
export const minimum = binary('minimum', any);
export const power = binary('power', number);
/** With the sign of `a`. */
export const remainder = binary('remainder', number);
export const atan2 = binary('atan2', isFloat);
export const and = binary('and', bits);
export const or = binary('or', bits);
export const xor = binary('xor', bits);
export const shiftLeft = binary('shift_left', isInteger);
export const shiftRightArithmetic = binary('shift_right_arithmetic', isInteger);
export const shiftRightLogical = binary('shift_right_logical', isInteger);

const pairText = (from: TensorType, to: TensorType): string => `(${typeText(from)}) -> ${typeText(to)}`;

/** Neither infinite nor NaN; gives truth values. */
export function isFinite(x: Value): Value {
  checkElements('is_finite', x, isFloat);
  const type: TensorType = { elementType: 'i1', shape: x.shape };
  return x.block.owner.emit(
    'is_finite',
    [x],
    [type],
    `stablehlo.is_finite ${x.name} : ${pairText(x.type, type)}`,
  )[0]!;
}

/** The same numbers in another type, rounded where need be; the value itself if it has the type. */
export function convert(x: Value, elementType: ElementType): Value {
  if (x.elementType === elementType) return x;
  const type: TensorType = { elementType, shape: x.shape };
  return x.block.owner.emit(
    'convert',
    [x],
    [type],
    `stablehlo.convert ${x.name} : ${pairText(x.type, type)}`,
  )[0]!;
}

export type Comparison = 'EQ' | 'NE' | 'GE' | 'GT' | 'LE' | 'LT';

/** Truth values; NaN is unequal to everything. */
export function compare(a: Value, b: Value, comparison: Comparison): Value {
  checkSame('compare', a, b);
  const { elementType } = a;
  const type: TensorType = { elementType: 'i1', shape: a.shape };
  const unsigned = elementType.startsWith('u') || isBoolean(elementType);
  const kind = isFloat(elementType) ? 'FLOAT' : unsigned ? 'UNSIGNED' : 'SIGNED';
  const types = `(${typeText(a.type)}, ${typeText(b.type)}) -> ${typeText(type)}`;
  const text = `stablehlo.compare ${comparison}, ${a.name}, ${b.name}, ${kind} : ${types}`;
  return a.block.owner.emit('compare', [a, b], [type], text)[0]!;
}

/**
 * `predicate ? onTrue : onFalse`.
 * @param predicate - truth values, of the same shape or one for all
 */
export function select(predicate: Value, onTrue: Value, onFalse: Value): Value {
  checkSame('select', onTrue, onFalse);
  if (!isBoolean(predicate.elementType)) {
    throw typeMismatch('select', 'truth values (i1) to select by', typeText(predicate.type));
  }
  checkScalarOr('select', predicate, onTrue);
  const types = `${typeText(predicate.type)}, ${typeText(onTrue.type)}`;
  const text = `stablehlo.select ${predicate.name}, ${onTrue.name}, ${onFalse.name} : ${types}`;
  return predicate.block.owner.emit('select', [predicate, onTrue, onFalse], [onTrue.type], text)[0]!;
}

/**
 * Brings every element of `x` into [minimum, maximum].
 * @param low - of the shape of `x`, or a scalar
 * @param high - the same
 */
export function clamp(low: Value, x: Value, high: Value): Value {
  for (const bound of [low, high]) {
    if (bound.elementType !== x.elementType)
      throw typeMismatch('clamp', `bounds of ${x.elementType}`, bound.elementType);
    checkScalarOr('clamp', bound, x);
  }
  checkElements('clamp', x, number);
  const types = `(${[low, x, high].map(({ type }) => typeText(type)).join(', ')}) -> ${typeText(x.type)}`;
  const text = `stablehlo.clamp ${low.name}, ${x.name}, ${high.name} : ${types}`;
  return x.block.owner.emit('clamp', [low, x, high], [x.type], text)[0]!;
}

function checkScalarOr(op: string, value: Value, x: Value): void {
  if (value.rank > 0 && !sameShape(value.shape, x.shape)) {
    throw shapeMismatch(op, `the shape [] or ${shapeText(x.shape)}`, shapeText(value.shape));
  }
}
