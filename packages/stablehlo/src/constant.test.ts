import * as fc from 'fast-check';
import { bfloat16Bits, constant, extreme, float16Bits, ModuleBuilder, splat, tensorType } from './index.js';
import type { ElementType } from './index.js';

function written(build: (main: ReturnType<ModuleBuilder['main']>) => unknown): string {
  const module = new ModuleBuilder('m');
  const main = module.main();
  build(main);
  main.return([]);
  return /constant (dense<.*>) : tensor/.exec(String(module))![1]!;
}

test.each([
  [1, 'f32', '1.0'],
  [-0, 'f32', '-0.0'],
  [1e-7, 'f32', '1.0e-7'],
  [1.5e21, 'f64', '1.5e+21'],
  [Infinity, 'f32', '0x7F800000'],
  [-Infinity, 'bf16', '0xFF80'],
  [NaN, 'f16', '0x7E00'],
  [255, 'ui8', '255'],
  [-5n, 'i64', '-5'],
  [1, 'i1', 'true'],
] as [number, ElementType, string][])('%s as %s is %s', (value, type, text) => {
  expect(written((main) => splat(main, tensorType(type, [2]), value))).toBe(`dense<${text}>`);
});

test('few numbers are readable, many are bytes, equal ones are one', () => {
  const f32 = tensorType('f32', [2, 2]);
  expect(written((main) => constant(main, f32, [1, 2, 3, 4.5]))).toBe('dense<[[1.0, 2.0], [3.0, 4.5]]>');
  expect(written((main) => constant(main, f32, [7, 7, 7, 7]))).toBe('dense<7.0>');
  expect(written((main) => constant(main, f32, [0, -0, 0, 0]))).toBe('dense<[[0.0, -0.0], [0.0, 0.0]]>');
  const many = Int32Array.from({ length: 17 }, (_, i) => i - 1);
  const text = written((main) => constant(main, tensorType('i32', [17]), many));
  expect(text).toBe(`dense<"0x${Buffer.from(many.buffer).toString('hex').toUpperCase()}">`);
  const truths = Array.from({ length: 20 }, (_, i) => i % 3 === 0);
  expect(written((main) => constant(main, tensorType('i1', [20]), truths))).toBe(
    `dense<[${truths.join(', ')}]>`,
  );
  expect(written((main) => constant(main, tensorType('f32', [0, 3]), []))).toBe('dense<>');
});

test.each([
  [300, 'ui8', 'a whole number of 0 to 255 for ui8, got 300'],
  [-1, 'ui32', 'a whole number of 0 to 4294967295 for ui32, got -1'],
  [0.5, 'i32', 'for i32, got 0.5'],
  [2 ** 31, 'i32', 'of -2147483648 to 2147483647 for i32, got 2147483648'],
] as [number, ElementType, string][])('%s does not go into %s', (value, type, message) => {
  const main = new ModuleBuilder('m').main();
  expect(() => splat(main, tensorType(type), value)).toThrow(message);
  const among = Array.from({ length: 20 }, (_, i) => (i === 7 ? value : 1));
  expect(() => constant(main, tensorType(type, [20]), among)).toThrow(message);
});

test('as many numbers as elements', () => {
  expect(() => constant(new ModuleBuilder('m').main(), tensorType('f32', [2, 2]), [1])).toThrow(
    'constant: expected 4 numbers for tensor<2x2xf32>, got 1',
  );
});

test.each([
  ['f32', '0xFF800000', '0x7F800000'],
  ['i8', '-128', '127'],
  ['ui64', '0', '18446744073709551615'],
  ['i64', '-9223372036854775808', '9223372036854775807'],
  ['i1', 'false', 'true'],
] as [ElementType, string, string][])('the ends of %s', (type, low, high) => {
  expect(written((main) => extreme(main, tensorType(type), 'lowest'))).toBe(`dense<${low}>`);
  expect(written((main) => extreme(main, tensorType(type), 'highest'))).toBe(`dense<${high}>`);
});

const valueOf = (bits: number, exponentBits: number, fractionBits: number): number => {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> fractionBits) & ((1 << exponentBits) - 1);
  const fraction = bits & ((1 << fractionBits) - 1);
  const bias = (1 << (exponentBits - 1)) - 1;
  if (exponent === (1 << exponentBits) - 1) return fraction ? NaN : sign * Infinity;
  return exponent === 0
    ? sign * fraction * 2 ** (1 - bias - fractionBits)
    : sign * (1 + fraction / 2 ** fractionBits) * 2 ** (exponent - bias);
};

test.each([
  ['bfloat16', bfloat16Bits, 8, 7],
  ['float16', float16Bits, 5, 10],
] as const)(
  '%s: every value has its own bits, and others go to the nearest',
  (_name, toBits, exponent, fraction) => {
    const all = Array.from({ length: 65536 }, (_, bits) => bits);
    const wrong = all.filter((bits) => {
      const value = valueOf(bits, exponent, fraction);
      return !Number.isNaN(value) && toBits(value) !== bits;
    });
    expect(wrong).toEqual([]);
    const decode = (bits: number) => valueOf(bits, exponent, fraction);
    fc.assert(
      fc.property(fc.float({ noNaN: true, min: -6e4, max: 6e4 }), (value) => {
        const bits = toBits(value);
        const [below, above] = [decode(bits - 1), decode(bits + 1)];
        const error = Math.abs(decode(bits) - value);
        for (const other of [below, above]) {
          if (Number.isFinite(other)) expect(error).toBeLessThanOrEqual(Math.abs(other - value));
        }
      }),
    );
  },
);
