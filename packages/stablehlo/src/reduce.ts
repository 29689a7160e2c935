import type { OpSink, Value } from './block.js';
import { arrayText, listText } from './attribute-text.js';
import { extreme, splat } from './constant.js';
import { isBoolean, type ElementType } from './element-type.js';
import { add, and, maximum, minimum, multiply, or } from './elementwise.js';
import { badAttribute, shapeMismatch, typeMismatch } from './errors.js';
import { genericOp, signatureText } from './generic-op.js';
import { checkDimensions } from './shape.js';
import { sameShape, sameType, shapeText, tensorType, typeText } from './tensor-type.js';

/** How two elements become one. */
export type Reduction = 'add' | 'multiply' | 'maximum' | 'minimum' | 'and' | 'or';

export const combine: Readonly<Record<Reduction, (a: Value, b: Value) => Value>> = {
  add,
  multiply,
  maximum,
  minimum,
  and,
  or,
};

/** The scalar that changes nothing: 0 of sums, the lowest number of maxima. */
export function identity(sink: OpSink, reduction: Reduction, elementType: ElementType): Value {
  const type = tensorType(elementType);
  if ((reduction === 'and' || reduction === 'or') && elementType.includes('f')) {
    throw typeMismatch(reduction, 'integers or truth values', elementType);
  }
  switch (reduction) {
    case 'add':
    case 'or':
      return splat(sink, type, 0);
    case 'multiply':
      return splat(sink, type, 1);
    case 'maximum':
      return extreme(sink, type, 'lowest');
    case 'minimum':
      return extreme(sink, type, 'highest');
    case 'and':
      return splat(
        sink,
        type,
        isBoolean(elementType) || elementType.startsWith('u') ? allOnes(elementType) : -1,
      );
  }
}

function allOnes(elementType: ElementType): bigint {
  return isBoolean(elementType) ? 1n : (1n << BigInt(/\d+$/.exec(elementType)![0])) - 1n;
}

/** Takes dimensions away: their sum, product, largest or smallest element. Of no elements: the identity. */
export function reduce(x: Value, dimensions: readonly number[], reduction: Reduction): Value {
  checkDimensions('reduce', dimensions, x.rank);
  const sink = x.block.owner;
  const initial = identity(sink, reduction, x.elementType);
  const type = tensorType(
    x.elementType,
    x.shape.filter((_, i) => !dimensions.includes(i)),
  );
  const text =
    `stablehlo.reduce(${x.name} init: ${initial.name}) applies stablehlo.${reduction} ` +
    `across dimensions = ${listText(dimensions)} : ${signatureText([x.type, initial.type], [type])}`;
  return sink.emit('reduce', [x, initial], [type], text)[0]!;
}

/**
 * Reduces several values together with a function of one's own, as the largest element and where it is.
 * @param values - of one shape
 * @param initials - scalars, one each, which change nothing
 * @param body - gets what is there (one each), then what comes in; gives one each
 */
export function reduceWith(
  values: readonly Value[],
  initials: readonly Value[],
  dimensions: readonly number[],
  body: (...values: Value[]) => readonly Value[],
): readonly Value[] {
  const [first] = values;
  if (!first) throw badAttribute('reduce', 'one value or more', 'none');
  checkDimensions('reduce', dimensions, first.rank);
  checkInitials('reduce', values, initials);
  const scalars = initials.map(({ type }) => type);
  const sink = first.block.owner;
  const region = sink.region('closed', [...scalars, ...scalars], body);
  checkResults('reduce', region.results, initials);
  const kept = first.shape.filter((_, i) => !dimensions.includes(i));
  const types = values.map(({ elementType }) => tensorType(elementType, kept));
  return genericOp(sink, 'reduce', [...values, ...initials], types, { dimensions: arrayText(dimensions) }, [
    region,
  ]);
}

/** @throws unless there is a scalar a value, of its element type, and the values have one shape */
function checkInitials(op: string, values: readonly Value[], initials: readonly Value[]): void {
  if (initials.length !== values.length) {
    throw badAttribute(op, `${values.length} initial values`, String(initials.length));
  }
  values.forEach((value, i) => {
    if (!sameShape(value.shape, values[0]!.shape)) {
      throw shapeMismatch(op, shapeText(values[0]!.shape), shapeText(value.shape));
    }
    const scalar = tensorType(value.elementType);
    if (!sameType(initials[i]!.type, scalar)) {
      throw typeMismatch(op, `an initial value ${typeText(scalar)}`, typeText(initials[i]!.type));
    }
  });
}

/** @throws TYPE_MISMATCH unless a region gives what it is to give */
export function checkResults(op: string, results: readonly Value[], expected: readonly Value[]): void {
  const same =
    results.length === expected.length && results.every(({ type }, i) => sameType(type, expected[i]!.type));
  if (!same) {
    const text = (values: readonly Value[]): string =>
      values.map(({ type }) => typeText(type)).join(', ') || 'nothing';
    throw typeMismatch(`region of ${op}`, text(expected), text(results));
  }
}
