/** Pixels a side of the images that are hashed. */
export const hashedSide = 32;

/** Frequencies a side that the hash looks at. */
const frequencies = 8;

/** cos(pi (2x + 1) u / 64) for u in 0..7 and x in 0..31, row by row. */
const cosines = Float64Array.from({ length: frequencies * hashedSide }, (_, i) =>
  Math.cos((Math.PI * (2 * (i % hashedSide) + 1) * Math.floor(i / hashedSide)) / (2 * hashedSide)),
);

/** Two words of 32 bits. */
export type PerceptualHash = readonly [number, number];

/**
 * A hash of 64 bits that pictures share when they look alike: the signs of the 8 x 8 lowest frequencies of the cosine
 * transform of the luma, against their median without the constant one (C. Zauner, Implementation and benchmarking of
 * perceptual image hash functions, 2010, section 3.2.1). Recompressing and resizing a picture moves few bits; the share of
 * bits that differ between unrelated pictures is about one half.
 * @param luma - [32, 32], row-major
 */
export function perceptualHash(luma: ArrayLike<number>): PerceptualHash {
  const rows = new Float64Array(hashedSide * frequencies); // [y, u]
  for (let y = 0; y < hashedSide; y++)
    for (let u = 0; u < frequencies; u++) {
      let sum = 0;
      for (let x = 0; x < hashedSide; x++) sum += luma[y * hashedSide + x]! * cosines[u * hashedSide + x]!;
      rows[y * frequencies + u] = sum;
    }
  const coefficients = new Float64Array(frequencies * frequencies); // [v, u]
  for (let v = 0; v < frequencies; v++)
    for (let u = 0; u < frequencies; u++) {
      let sum = 0;
      for (let y = 0; y < hashedSide; y++) sum += rows[y * frequencies + u]! * cosines[v * hashedSide + y]!;
      coefficients[v * frequencies + u] = sum;
    }
  const others = coefficients.slice(1).sort();
  const median = others[(others.length - 1) / 2]!;
  const words: [number, number] = [0, 0];
  coefficients.forEach((value, i) => {
    if (i > 0 && value > median) words[i >> 5]! |= 1 << (i & 31);
  });
  return [words[0] >>> 0, words[1] >>> 0];
}

/** How many bits of a word are set. */
export function bitCount(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
