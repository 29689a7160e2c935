import { bitWidth, isUnsigned, type ElementType } from './element-type.js';
import { badAttribute } from './errors.js';

const bitsOfNonFinite: Readonly<Record<string, readonly [positive: string, negative: string, nan: string]>> =
  {
    f16: ['0x7C00', '0xFC00', '0x7E00'],
    bf16: ['0x7F80', '0xFF80', '0x7FC0'],
    f32: ['0x7F800000', '0xFF800000', '0x7FC00000'],
    f64: ['0x7FF0000000000000', '0xFFF0000000000000', '0x7FF8000000000000'],
  };

/** A literal that reads back as the number, rounded to the type: MLIR wants a point in it, and bits of what is not finite. */
export function floatText(value: number, type: ElementType): string {
  if (!Number.isFinite(value)) {
    const [positive, negative, nan] = bitsOfNonFinite[type]!;
    return Number.isNaN(value) ? nan : value > 0 ? positive : negative;
  }
  if (Object.is(value, -0)) return '-0.0';
  const text = String(value);
  const [mantissa, exponent] = text.split('e') as [string, string | undefined];
  const pointed = mantissa.includes('.') ? mantissa : `${mantissa}.0`;
  return exponent === undefined ? pointed : `${pointed}e${exponent}`;
}

/** @throws BAD_ATTRIBUTE if it is no whole number of the type's range */
export function integerText(value: number | bigint | boolean, type: ElementType): string {
  const bits = BigInt(bitWidth(type));
  const whole = typeof value === 'bigint' || Number.isInteger(Number(value));
  const number = whole ? BigInt(value) : 0n;
  const [low, high] = isUnsigned(type) ? [0n, 1n << bits] : [-(1n << (bits - 1n)), 1n << (bits - 1n)];
  if (!whole || number < low || number >= high) {
    throw badAttribute('constant', `a whole number of ${low} to ${high - 1n} for ${type}`, String(value));
  }
  return String(number);
}

/** The upper 16 bits of float32, rounded to nearest, ties to even. */
export function bfloat16Bits(value: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  const bits = view.getUint32(0);
  if (Number.isNaN(value)) return 0x7fc0;
  return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}

/** IEEE half precision, rounded to nearest, ties to even. */
export function float16Bits(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size >= 65520) return sign | 0x7c00;
  // Below 2^-14 steps are 2^-24; above, 2^-10 of the power of two.
  const exponent = size < 2 ** -14 ? -14 : Math.floor(Math.log2(size));
  const steps = roundEven(size / 2 ** (exponent - 10));
  return sign | (size < 2 ** -14 ? steps : (exponent + 15 - 1) * 1024 + steps);
}

function roundEven(value: number): number {
  const low = Math.floor(value);
  const rest = value - low;
  return rest > 0.5 || (rest === 0.5 && low % 2 === 1) ? low + 1 : low;
}

/** `"0x0000803F..."`: the bytes, little-endian, as MLIR reads them on every common machine. */
export function hexData(data: ArrayLike<number> | ArrayLike<bigint>, type: ElementType): string {
  const bytes = bitWidth(type) / 8;
  const buffer = Buffer.alloc(data.length * bytes);
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!;
    const at = i * bytes;
    if (type === 'f32') buffer.writeFloatLE(Number(value), at);
    else if (type === 'f64') buffer.writeDoubleLE(Number(value), at);
    else if (type === 'bf16') buffer.writeUInt16LE(bfloat16Bits(Number(value)), at);
    else if (type === 'f16') buffer.writeUInt16LE(float16Bits(Number(value)), at);
    else if (type === 'i64') buffer.writeBigInt64LE(BigInt(integerText(value, type)), at);
    else if (type === 'ui64') buffer.writeBigUInt64LE(BigInt(integerText(value, type)), at);
    else if (isUnsigned(type)) buffer.writeUIntLE(Number(integerText(value, type)), at, bytes);
    else buffer.writeIntLE(Number(integerText(value, type)), at, bytes);
  }
  return `"0x${buffer.toString('hex').toUpperCase()}"`;
}
