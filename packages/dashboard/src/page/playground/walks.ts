/** Below this angle the arc is the line, up to rounding. */
const leastAngle = 1e-4;

/** Latents on the arc from `a` to `b`, both ends included, [steps x size] (arXiv:1609.04468, section 2). */
export function arc(a: Float32Array, b: Float32Array, steps: number): Float32Array {
  const dot = (x: Float32Array, y: Float32Array): number =>
    x.reduce((sum, value, i) => sum + value * y[i]!, 0);
  const lengths = Math.sqrt(dot(a, a) * dot(b, b));
  const angle = lengths === 0 ? 0 : Math.acos(Math.min(1, Math.max(-1, dot(a, b) / lengths)));
  const isLine = angle < leastAngle || Math.PI - angle < leastAngle;
  const result = new Float32Array(steps * a.length);
  for (let step = 0; step < steps; step++) {
    const t = step / (steps - 1);
    const ofA = isLine ? 1 - t : Math.sin((1 - t) * angle) / Math.sin(angle);
    const ofB = isLine ? t : Math.sin(t * angle) / Math.sin(angle);
    for (let i = 0; i < a.length; i++) result[step * a.length + i] = ofA * a[i]! + ofB * b[i]!;
  }
  return result;
}

/**
 * Every latent moved along a direction, a row of `steps` for each, from `-extent` to `extent` standard deviations.
 * @param z - [count x size]
 */
export function along(
  z: Float32Array,
  vector: readonly number[],
  steps: number,
  extent: number,
): Float32Array {
  const size = vector.length;
  const count = z.length / size;
  const result = new Float32Array(count * steps * size);
  for (let row = 0; row < count; row++)
    for (let step = 0; step < steps; step++) {
      const offset = extent * ((2 * step) / (steps - 1) - 1);
      for (let i = 0; i < size; i++)
        result[(row * steps + step) * size + i] = z[row * size + i]! + offset * vector[i]!;
    }
  return result;
}
