/**
 * Half-precision floats are read as float32, which holds every value of both formats exactly. Written are binary16 only.
 */

/** IEEE 754 binary16 bits to float32. */
export function float16ToFloat32(bits: Uint16Array): Float32Array<ArrayBuffer> {
  return Float32Array.from(bits, (half) => {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >>> 10) & 0x1f;
    const fraction = half & 0x3ff;
    if (exponent === 0) return sign * fraction * 2 ** -24;
    if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  });
}

/** bfloat16 is the upper half of a float32. */
export function bfloat16ToFloat32(bits: Uint16Array): Float32Array<ArrayBuffer> {
  const words = Uint32Array.from(bits, (half) => half << 16);
  return new Float32Array(words.buffer);
}

/** The largest finite binary16. */
export const maxFloat16 = 65504;

/**
 * float32 to the nearest IEEE 754 binary16, ties to even; below 2^-14 with fewer digits, down to 2^-24. What rounds to
 * more than {@link maxFloat16} becomes an infinity: check the range before.
 */
export function float32ToFloat16(values: Float32Array): Uint16Array<ArrayBuffer> {
  const word = new Uint32Array(1);
  const float = new Float32Array(word.buffer);
  return Uint16Array.from(values, (value) => {
    float[0] = value;
    const bits = word[0]!;
    const sign = (bits >>> 16) & 0x8000;
    const magnitude = bits & 0x7fff_ffff;
    if (magnitude > 0x7f80_0000) return sign | 0x7e00;
    // 65520 and more are nearer to what would follow 65504.
    if (magnitude >= 0x477f_f000) return sign | 0x7c00;
    // Below 2^-14 a unit of the last place is 2^-24: the sum leaves the rounded digits in the low bits of a float32.
    if (magnitude < 0x3880_0000) {
      float[0] = Math.abs(value) + 0.5;
      return sign | (word[0]! - 0x3f00_0000);
    }
    const roundedToEven = magnitude + 0xfff + ((magnitude >>> 13) & 1);
    return sign | ((roundedToEven - 0x3800_0000) >>> 13);
  });
}
