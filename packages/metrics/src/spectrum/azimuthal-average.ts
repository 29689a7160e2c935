export interface AzimuthalAverage {
  /** Cycles a pixel at the middle of each ring, ascending; above 0.5 rings are the corners alone. */
  readonly frequencies: Float64Array;
  /** Mean power in each ring. */
  readonly power: Float64Array;
}

/**
 * A power spectrum by the length of the frequency alone: the mean over rings that are as wide as one step of the shorter
 * axis. Frequency 0 is left out: it is the mean of the image, which the spectrum does not have.
 * @param power - [height, width], frequency 0 first on both axes
 */
export function azimuthalAverage(power: Float64Array, height: number, width: number): AzimuthalAverage {
  const side = Math.min(height, width);
  const rings = Math.round(side * Math.SQRT1_2);
  const sums = new Float64Array(rings);
  const counts = new Float64Array(rings);
  for (let u = 0; u < height; u++) {
    for (let v = 0; v < width; v++) {
      const length = Math.hypot(Math.min(u, height - u) / height, Math.min(v, width - v) / width);
      const ring = Math.round(length * side) - 1;
      if (ring < 0 || ring >= rings) continue;
      sums[ring] = sums[ring]! + power[u * width + v]!;
      counts[ring] = counts[ring]! + 1;
    }
  }
  return {
    frequencies: Float64Array.from({ length: rings }, (_, i) => (i + 1) / side),
    power: sums.map((sum, i) => sum / counts[i]!),
  };
}
