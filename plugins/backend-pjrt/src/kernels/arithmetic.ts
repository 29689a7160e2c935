import * as tf from '@tensorflow/tfjs';
import * as hlo from '@ganymede/stablehlo';
import type { Value } from '@ganymede/stablehlo';
import { kernel, type Kernel } from '../engine/kernel.js';

/** A scalar of the type of `x`, in its shape. */
export function like(x: Value, value: number): Value {
  return hlo.splat(x.block.owner, x.type, value);
}

/** Two values under one shape, as numpy does it. */
export function broadcast(a: Value, b: Value): [Value, Value] {
  const shape = tf.backend_util.assertAndGetBroadcastShape([...a.shape], [...b.shape]);
  return [hlo.broadcastTo(a, shape), hlo.broadcastTo(b, shape)];
}

export const toFloat = (x: Value): Value => (hlo.isFloat(x.elementType) ? x : hlo.convert(x, 'f32'));

const binary = (name: string, op: (a: Value, b: Value) => Value): Kernel =>
  kernel<'a' | 'b'>(name, ({ a, b }) => op(...broadcast(a, b)));

/** With the sign of the divisor, as Python has it. */
function floorMod(a: Value, b: Value): Value {
  const rest = hlo.remainder(a, b);
  const zero = like(rest, 0);
  const differ = hlo.compare(hlo.multiply(rest, b), zero, 'LT');
  return hlo.select(differ, hlo.add(rest, b), rest);
}

function floorDivide(a: Value, b: Value): Value {
  if (hlo.isFloat(a.elementType)) return hlo.floor(hlo.divide(a, b));
  return hlo.divide(hlo.subtract(a, floorMod(a, b)), b);
}

function square(x: Value): Value {
  return hlo.multiply(x, x);
}

/** Truth values count as numbers. */
const numeric = (x: Value): Value => (x.elementType === 'i1' ? hlo.convert(x, 'i32') : x);

export const arithmetic: readonly Kernel[] = [
  binary('Add', (a, b) => hlo.add(numeric(a), numeric(b))),
  binary('Sub', (a, b) => hlo.subtract(numeric(a), numeric(b))),
  binary('Multiply', (a, b) => hlo.multiply(numeric(a), numeric(b))),
  binary('RealDiv', (a, b) => hlo.divide(toFloat(a), toFloat(b))),
  binary('FloorDiv', floorDivide),
  binary('Mod', floorMod),
  binary('Pow', hlo.power),
  binary('Maximum', hlo.maximum),
  binary('Minimum', hlo.minimum),
  binary('SquaredDifference', (a, b) => square(hlo.subtract(a, b))),
  binary('Atan2', (a, b) => hlo.atan2(toFloat(a), toFloat(b))),
  binary('BitwiseAnd', hlo.and),
  kernel('AddN', (inputs) => Object.values(inputs).reduce((sum, one) => hlo.add(sum, one))),
];

const comparison = (name: string, comparison: hlo.Comparison): Kernel =>
  kernel<'a' | 'b'>(name, ({ a, b }) => hlo.compare(...broadcast(a, b), comparison));

export const comparisons: readonly Kernel[] = [
  comparison('Equal', 'EQ'),
  comparison('NotEqual', 'NE'),
  comparison('Greater', 'GT'),
  comparison('GreaterEqual', 'GE'),
  comparison('Less', 'LT'),
  comparison('LessEqual', 'LE'),
  binary('LogicalAnd', hlo.and),
  binary('LogicalOr', hlo.or),
  binary('LogicalXor', hlo.xor),
  kernel<'x'>('LogicalNot', ({ x }) => hlo.not(x)),
  kernel<'x'>('IsFinite', ({ x }) => hlo.isFinite(toFloat(x))),
  kernel<'x'>('IsNan', ({ x }) => hlo.compare(x, x, 'NE')),
  kernel<'x'>('IsInf', ({ x }) => hlo.compare(hlo.abs(toFloat(x)), like(toFloat(x), Infinity), 'EQ')),
  kernel<'condition' | 't' | 'e'>('Select', ({ condition, t, e }) => {
    // A condition of rank 1 chooses rows.
    const rows =
      condition.rank === 1 && t.rank > 1
        ? hlo.broadcastInDim(condition, t.shape, [0])
        : hlo.broadcastTo(condition, t.shape);
    return hlo.select(rows, t, e);
  }),
];
