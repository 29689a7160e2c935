import * as hlo from '@ganymede/stablehlo';
import { evaluate, expectAllClose } from '../testing/evaluate.js';
import { ndArray, type NdArray } from '../testing/nd-array.js';
import { plugins } from '../testing/plugins.js';
import { toBfloat16, type Client } from './index.js';

const map = ({ shape, values }: NdArray, f: (x: number) => number): NdArray => ({
  shape,
  values: values.map(f),
});
const zip = (a: NdArray, b: NdArray, f: (x: number, y: number) => number): NdArray => ({
  shape: a.shape,
  values: a.values.map((x, i) => f(x, b.values[i]!)),
});
const row = (...values: number[]): NdArray => ({ shape: [values.length], values });
const truth = (value: boolean): number => (value ? 1 : 0);

describe.each(plugins)('%s', (_name, load) => {
  let client: Client;
  beforeAll(async () => (client = await load().createClient()));
  afterAll(() => client.close());

  test('functions of one float', async () => {
    const x = row(-2.5, -1.5, -0.5, 0, 0.25, 0.5, 1, 2.5, 3.7);
    const p = row(0.1, 0.25, 0.5, 0.9, 1, 2, 3.7, 10, 27);
    const all = {
      abs: [hlo.abs, Math.abs, x],
      negate: [hlo.negate, (v: number) => -v, x],
      sign: [hlo.sign, Math.sign, x],
      exponential: [hlo.exponential, Math.exp, x],
      exponentialMinusOne: [hlo.exponentialMinusOne, Math.expm1, x],
      log: [hlo.log, Math.log, p],
      logPlusOne: [hlo.logPlusOne, Math.log1p, p],
      sqrt: [hlo.sqrt, Math.sqrt, p],
      rsqrt: [hlo.rsqrt, (v: number) => 1 / Math.sqrt(v), p],
      cbrt: [hlo.cbrt, Math.cbrt, x],
      logistic: [hlo.logistic, (v: number) => 1 / (1 + Math.exp(-v)), x],
      tanh: [hlo.tanh, Math.tanh, x],
      sine: [hlo.sine, Math.sin, x],
      cosine: [hlo.cosine, Math.cos, x],
      floor: [hlo.floor, Math.floor, x],
      ceil: [hlo.ceil, Math.ceil, x],
    } as const;
    const rounded = { even: row(-2, -2, 0, 0, 0, 0, 1, 2, 4), away: row(-3, -2, -1, 0, 0, 1, 1, 3, 4) };
    const results = await evaluate(client, { x, p }, (v) => ({
      ...Object.fromEntries(
        Object.entries(all).map(([name, [op, , of]]) => [name, op(of === x ? v.x : v.p)]),
      ),
      even: hlo.roundNearestEven(v.x),
      away: hlo.roundNearestAfz(v.x),
    }));
    const plain = (numbers: NdArray) => map(numbers, (v) => (v === 0 ? 0 : v));
    const positive = Object.fromEntries(
      Object.entries(results).map(([name, one]) => [
        name,
        { ...one, values: one.values.map((v) => (v === 0 ? 0 : v)) },
      ]),
    );
    expectAllClose(positive, {
      ...Object.fromEntries(Object.entries(all).map(([name, [, f, of]]) => [name, plain(map(of, f))])),
      ...rounded,
    });
  });

  test('functions of two floats', async () => {
    const a = row(-3, -1.5, 0.5, 2, 7.25, 0);
    const b = row(2, -0.5, 3, 2, -1.5, 1);
    const positive = map(a, Math.abs);
    const results = await evaluate(client, { a, b, positive }, (v) => ({
      add: hlo.add(v.a, v.b),
      subtract: hlo.subtract(v.a, v.b),
      multiply: hlo.multiply(v.a, v.b),
      divide: hlo.divide(v.a, v.b),
      maximum: hlo.maximum(v.a, v.b),
      minimum: hlo.minimum(v.a, v.b),
      power: hlo.power(v.positive, v.b),
      remainder: hlo.remainder(v.a, v.b),
      atan2: hlo.atan2(v.a, v.b),
    }));
    expectAllClose(results, {
      add: zip(a, b, (x, y) => x + y),
      subtract: zip(a, b, (x, y) => x - y),
      multiply: zip(a, b, (x, y) => x * y),
      divide: zip(a, b, (x, y) => x / y),
      maximum: zip(a, b, Math.max),
      minimum: zip(a, b, Math.min),
      power: zip(positive, b, Math.pow),
      remainder: zip(a, b, (x, y) => x % y),
      atan2: zip(a, b, Math.atan2),
    });
  });

  test('integers and truth values', async () => {
    const a = { ...row(-7, 5, 12, 1, -1), elementType: 'i32' as const };
    const b = { ...row(2, 3, 10, 1, 5), elementType: 'i32' as const };
    const p = { ...row(1, 1, 0, 0), elementType: 'i1' as const };
    const q = { ...row(1, 0, 1, 0), elementType: 'i1' as const };
    const bits = (x: number): number => (x >>> 0).toString(2).replaceAll('0', '').length;
    const results = await evaluate(client, { a, b, p, q }, (v) => ({
      divide: hlo.divide(v.a, v.b),
      remainder: hlo.remainder(v.a, v.b),
      power: hlo.power(v.a, v.b),
      and: hlo.and(v.a, v.b),
      or: hlo.or(v.a, v.b),
      xor: hlo.xor(v.a, v.b),
      not: hlo.not(v.a),
      left: hlo.shiftLeft(v.a, v.b),
      right: hlo.shiftRightArithmetic(v.a, v.b),
      rightLogical: hlo.shiftRightLogical(v.a, v.b),
      popcnt: hlo.popcnt(v.a),
      zeros: hlo.countLeadingZeros(v.a),
      both: hlo.and(v.p, v.q),
      either: hlo.or(v.p, v.q),
      one: hlo.xor(v.p, v.q),
      neither: hlo.not(v.p),
    }));
    expectAllClose(results, {
      divide: zip(a, b, (x, y) => Math.trunc(x / y)),
      remainder: zip(a, b, (x, y) => x % y),
      power: zip(a, b, (x, y) => Number(BigInt.asIntN(32, BigInt(x) ** BigInt(y)))),
      and: zip(a, b, (x, y) => x & y),
      or: zip(a, b, (x, y) => x | y),
      xor: zip(a, b, (x, y) => x ^ y),
      not: map(a, (x) => ~x),
      left: zip(a, b, (x, y) => x << y),
      right: zip(a, b, (x, y) => x >> y),
      rightLogical: zip(a, b, (x, y) => x >>> y),
      popcnt: map(a, bits),
      zeros: map(a, Math.clz32),
      both: row(1, 0, 0, 0),
      either: row(1, 1, 1, 0),
      one: row(0, 1, 1, 0),
      neither: row(0, 0, 1, 1),
    });
    expect(results.divide.elementType).toBe('i32');
  });

  test('comparisons, choices, bounds', async () => {
    const a = row(1, 2, 3, NaN, -5);
    const b = row(2, 2, 2, 2, Infinity);
    const p = { ...row(1), shape: [], elementType: 'i1' as const };
    const comparisons = { EQ: '===', NE: '!==', GE: '>=', GT: '>', LE: '<=', LT: '<' } as const;
    const results = await evaluate(client, { a, b, p }, (v, main) => ({
      ...(Object.fromEntries(
        (Object.keys(comparisons) as hlo.Comparison[]).map((one) => [one, hlo.compare(v.a, v.b, one)]),
      ) as Record<hlo.Comparison, hlo.Value>),
      finite: hlo.isFinite(v.b),
      select: hlo.select(hlo.compare(v.a, v.b, 'LT'), v.a, v.b),
      selectByOne: hlo.select(v.p, v.a, v.b),
      clamp: hlo.clamp(hlo.splat(main, hlo.tensorType('f32'), -1), v.a, v.b),
    }));
    expectAllClose(results, {
      EQ: zip(a, b, (x, y) => truth(x === y)),
      NE: zip(a, b, (x, y) => truth(x !== y)),
      GE: zip(a, b, (x, y) => truth(x >= y)),
      GT: zip(a, b, (x, y) => truth(x > y)),
      LE: zip(a, b, (x, y) => truth(x <= y)),
      LT: zip(a, b, (x, y) => truth(x < y)),
      finite: row(1, 1, 1, 1, 0),
      select: row(1, 2, 2, 2, -5),
      selectByOne: a,
      clamp: row(1, 2, 2, NaN, -1),
    });
    expect(results.LT.elementType).toBe('i1');
  });

  test('conversions', async () => {
    const x = row(-1.5, 0, 1.7, 3.00390625, 255);
    const results = await evaluate(client, { x }, (v) => ({
      i32: hlo.convert(v.x, 'i32'),
      i1: hlo.convert(v.x, 'i1'),
      bf16: hlo.convert(v.x, 'bf16'),
      there: hlo.convert(hlo.convert(v.x, 'bf16'), 'f32'),
      f16: hlo.convert(hlo.convert(v.x, 'f16'), 'f32'),
      f64: hlo.convert(v.x, 'f64'),
      bits: hlo.bitcastConvert(v.x, 'i32'),
      back: hlo.bitcastConvert(hlo.bitcastConvert(v.x, 'ui8'), 'f32'),
    }));
    const halves = Float32Array.from(x.values);
    expectAllClose(
      results,
      {
        i32: row(-1, 0, 1, 3, 255),
        i1: row(1, 0, 1, 1, 1),
        bf16: row(...toBfloat16(halves)),
        there: row(-1.5, 0, 1.703125, 3, 255),
        f16: row(-1.5, 0, 1.7001953125, 3.00390625, 255),
        f64: row(...halves),
        bits: row(...new Int32Array(halves.buffer)),
        back: row(...halves),
      },
      0,
    );
  });

  test('constants of every kind come out as they went in', async () => {
    const many = Array.from({ length: 40 }, (_, i) => (i - 20) / 8);
    const whole = many.map((_, i) => (i * 37) % 100);
    const truths = many.map((_, i) => i % 3 === 0);
    const one = row(0);
    const results = await evaluate(client, { one }, (_v, main) => {
      const of = (type: hlo.ElementType, data: readonly number[] | readonly boolean[]) =>
        hlo.constant(main, hlo.tensorType(type, [5, 8]), data as number[]);
      return {
        f32: of('f32', many),
        f16: hlo.convert(of('f16', many), 'f32'),
        bf16: hlo.convert(of('bf16', many), 'f32'),
        f64: of('f64', many),
        i8: hlo.convert(of('i8', whole), 'i32'),
        i16: hlo.convert(of('i16', whole), 'i32'),
        i32: of('i32', whole),
        i64: hlo.convert(of('i64', whole), 'i32'),
        ui8: of('ui8', whole),
        ui16: hlo.convert(of('ui16', whole), 'i32'),
        ui32: of('ui32', whole),
        ui64: hlo.convert(of('ui64', whole), 'i32'),
        i1: of('i1', truths),
        few: hlo.constant(main, hlo.tensorType('f32', [2, 3]), [1, 2.5, -3, 1e-30, 1e30, -0.1]),
        ends: hlo.concatenate(
          (['lowest', 'highest'] as const).map((which) =>
            hlo.extreme(main, hlo.tensorType('f32', [1]), which),
          ),
          0,
        ),
        integerEnds: hlo.concatenate(
          (['lowest', 'highest'] as const).map((which) =>
            hlo.extreme(main, hlo.tensorType('i32', [1]), which),
          ),
          0,
        ),
        nan: hlo.splat(main, hlo.tensorType('f32', [1]), NaN),
      };
    });
    const floats = { shape: [5, 8], values: many };
    const integers = { shape: [5, 8], values: whole };
    expectAllClose(results, {
      ...{ f32: floats, f16: floats, bf16: floats, f64: floats, i8: integers, i16: integers, i32: integers },
      ...{ i64: integers, ui8: integers, ui16: integers, ui32: integers, ui64: integers },
      i1: { shape: [5, 8], values: truths.map(truth) },
      few: ndArray([2, 3], (i, j) => Math.fround([1, 2.5, -3, 1e-30, 1e30, -0.1][i * 3 + j]!)),
      ends: row(-Infinity, Infinity),
      integerEnds: row(-(2 ** 31), 2 ** 31 - 1),
      nan: row(NaN),
    });
  });
});
