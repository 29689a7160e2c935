import { float16ToFloat32, float32ToFloat16, maxFloat16 } from './half.js';

const everyBits = Uint16Array.from({ length: 0x10000 }, (_, bits) => bits);
const isNotANumber = (bits: number): boolean => (bits & 0x7fff) > 0x7c00;
const written = (value: number): number => float32ToFloat16(Float32Array.of(value))[0]!;
const back = (value: number): number => float16ToFloat32(Uint16Array.of(written(value)))[0]!;

test('every binary16 goes there and back', () => {
  const there = float32ToFloat16(float16ToFloat32(everyBits));
  const differing = everyBits.filter((bits, i) => !isNotANumber(bits) && there[i] !== bits);
  expect([...differing]).toEqual([]);
  expect(back(NaN)).toBeNaN();
});

test('what lies between two of them goes to the nearer, halfway to the even one', () => {
  const values = float16ToFloat32(everyBits.slice(0, 0x7c00));
  for (let bits = 0; bits < 0x7bff; bits += 7) {
    const [low, high] = [values[bits]!, values[bits + 1]!];
    const middle = (low + high) / 2;
    expect(written(middle)).toBe(bits % 2 === 0 ? bits : bits + 1);
    expect(written(low + (high - low) * 0.49)).toBe(bits);
    expect(written(-(low + (high - low) * 0.51))).toBe(0x8000 | (bits + 1));
  }
});

test('the ends of the range', () => {
  expect(back(maxFloat16)).toBe(65504);
  expect(back(65519)).toBe(65504);
  expect(back(65520)).toBe(Infinity);
  expect(back(-Infinity)).toBe(-Infinity);
  expect(back(2 ** -25)).toBe(0);
  expect(back(2 ** -25 * 1.01)).toBe(2 ** -24);
  expect(Object.is(back(-0), -0)).toBe(true);
});
