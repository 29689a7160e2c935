import * as tf from '@tensorflow/tfjs';
import * as hlo from '@ganymede/stablehlo';
import type { Value } from '@ganymede/stablehlo';
import { kernel, type Kernel } from '../engine/kernel.js';
import { broadcast, like, toFloat } from './arithmetic.js';

const unary = (name: string, op: (x: Value) => Value): Kernel => kernel<'x'>(name, ({ x }) => op(toFloat(x)));
/** Of integers too. */
const numeric = (name: string, op: (x: Value) => Value): Kernel => kernel<'x'>(name, ({ x }) => op(x));

const { add, subtract, multiply, divide } = hlo;
const plus = (x: Value, value: number): Value => add(x, like(x, value));
const times = (x: Value, value: number): Value => multiply(x, like(x, value));
const positive = (x: Value): Value => hlo.maximum(x, like(x, 0));
const where = (x: Value, comparison: hlo.Comparison, bound: number, yes: Value, no: Value): Value =>
  hlo.select(hlo.compare(x, like(x, bound), comparison), yes, no);

/** Coefficients of x^13, x^11, ..., x and of x^8, ..., 1, in [-4, 4]: those of Eigen and XLA, good to float32. */
const erfNumerator = [
  -2.72614225801306e-10, 2.77068142495902e-8, -2.10102402082508e-6, -5.69250639462346e-5,
  -7.34990630326855e-4, -2.95459980854025e-3, -1.60960333262415e-2,
];
const erfDenominator = [
  -1.45660718464996e-5, -2.13374055278905e-4, -1.68282697438203e-3, -7.37332916720468e-3,
  -1.42647390514189e-2,
];

/** Composed: there is no such op that every plugin knows. */
function erf(value: Value): Value {
  const x = hlo.minimum(hlo.maximum(value, like(value, -4)), like(value, 4));
  const square = multiply(x, x);
  const polynomial = (coefficients: readonly number[]): Value =>
    coefficients.slice(1).reduce((sum, c) => plus(multiply(sum, square), c), like(x, coefficients[0]!));
  return divide(multiply(x, polynomial(erfNumerator)), polynomial(erfDenominator));
}

const sqrtOfOneMinus = (x: Value): Value => hlo.sqrt(multiply(subtract(like(x, 1), x), plus(x, 1)));

function asinh(x: Value): Value {
  const size = hlo.abs(x);
  const square = multiply(x, x);
  const rest = divide(square, plus(hlo.sqrt(plus(square, 1)), 1));
  return multiply(hlo.sign(x), hlo.logPlusOne(add(size, rest)));
}

/** By exp(x) - 1, which is exact near 0. */
function sinh(x: Value): Value {
  const e = hlo.exponentialMinusOne(x);
  return times(add(e, divide(e, plus(e, 1))), 0.5);
}

function softplus(x: Value): Value {
  return add(positive(x), hlo.logPlusOne(hlo.exponential(hlo.negate(hlo.abs(x)))));
}

const elu = (x: Value): Value => where(x, 'GE', 0, x, hlo.exponentialMinusOne(x));

export const unaries: readonly Kernel[] = [
  numeric('Abs', hlo.abs),
  numeric('Neg', hlo.negate),
  numeric('Sign', hlo.sign),
  numeric('Square', (x) => multiply(x, x)),
  unary('Exp', hlo.exponential),
  unary('Expm1', hlo.exponentialMinusOne),
  unary('Log', hlo.log),
  unary('Log1p', hlo.logPlusOne),
  unary('Sqrt', hlo.sqrt),
  unary('Rsqrt', hlo.rsqrt),
  unary('Reciprocal', (x) => divide(like(x, 1), x)),
  numeric('Floor', (x) => (hlo.isFloat(x.elementType) ? hlo.floor(x) : x)),
  numeric('Ceil', (x) => (hlo.isFloat(x.elementType) ? hlo.ceil(x) : x)),
  numeric('Round', (x) => (hlo.isFloat(x.elementType) ? hlo.roundNearestEven(x) : x)),
  unary('Sin', hlo.sine),
  unary('Cos', hlo.cosine),
  unary('Tan', (x) => divide(hlo.sine(x), hlo.cosine(x))),
  unary('Asin', (x) => hlo.atan2(x, sqrtOfOneMinus(x))),
  unary('Acos', (x) => hlo.atan2(sqrtOfOneMinus(x), x)),
  unary('Atan', (x) => hlo.atan2(x, like(x, 1))),
  unary('Sinh', sinh),
  unary('Cosh', (x) => times(add(hlo.exponential(x), hlo.exponential(hlo.negate(x))), 0.5)),
  unary('Tanh', hlo.tanh),
  unary('Asinh', asinh),
  unary('Acosh', (x) => hlo.log(add(x, hlo.sqrt(multiply(plus(x, -1), plus(x, 1)))))),
  unary('Atanh', (x) => times(subtract(hlo.logPlusOne(x), hlo.logPlusOne(hlo.negate(x))), 0.5)),
  unary('Erf', erf),
  unary('Sigmoid', hlo.logistic),
  unary('Softplus', softplus),
  kernel<'x', { alpha: number }>('Step', ({ x }, { attrs: { alpha } }) =>
    hlo.select(hlo.compare(x, x, 'NE'), x, where(x, 'GT', 0, like(x, 1), like(x, alpha ?? 0))),
  ),
  kernel<'x', { clipValueMin: number; clipValueMax: number }>(
    'ClipByValue',
    ({ x }, { attrs: { clipValueMin, clipValueMax } }) =>
      hlo.minimum(hlo.maximum(x, like(x, clipValueMin)), like(x, clipValueMax)),
  ),
];

export const activations: readonly Kernel[] = [
  kernel<'x'>('Relu', ({ x }) => positive(x), { moves: true }),
  numeric('Relu6', (x) => hlo.minimum(positive(x), like(x, 6))),
  // Of ops: the gradient of `relu`, dy where y is positive.
  kernel<'dy' | 'y'>('ReluGrad', ({ dy, y }) => where(y, 'GT', 0, dy, like(dy, 0)), { moves: true }),
  unary('Elu', elu),
  kernel<'dy' | 'y'>('EluGrad', ({ dy, y }) => where(y, 'GE', 0, dy, multiply(dy, plus(y, 1)))),
  unary('Selu', (x) =>
    where(
      x,
      'GE',
      0,
      times(x, tf.backend_util.SELU_SCALE),
      times(hlo.exponentialMinusOne(x), tf.backend_util.SELU_SCALEALPHA),
    ),
  ),
  kernel<'x', { alpha: number }>('LeakyRelu', ({ x }, { attrs: { alpha } }) => {
    const float = toFloat(x);
    return where(float, 'GE', 0, float, times(float, alpha));
  }),
  kernel<'x' | 'alpha'>('Prelu', (inputs) => {
    const [x, alpha] = broadcast(inputs.x, inputs.alpha);
    return where(x, 'GE', 0, x, multiply(x, alpha));
  }),
];
