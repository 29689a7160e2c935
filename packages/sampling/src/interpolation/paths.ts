/** What changes along a path; the other stays as it is at the start. */
export type Varying = 'latent' | 'class' | 'both';

/** How latents lie between two: on the line, or on the arc, where their length stays what the prior's is. */
export type Interpolation = 'linear' | 'spherical';

/** One end of a path. */
export interface PathEnd {
  /** [latentSize] */
  readonly z: Float32Array;
  /** What the image has of each class, [classes]. */
  readonly classWeights: Float32Array;
}

/** (1 - t) a + t b. */
export function linear(a: Float32Array, b: Float32Array, t: number): Float32Array {
  return a.map((value, i) => (1 - t) * value + t * b[i]!);
}

/** Below this angle the arc is the line to float rounding. */
const leastAngle = 1e-4;

/**
 * Spherical interpolation (arXiv:1609.04468, section 2): sin((1 - t) w) / sin w a + sin(t w) / sin w b, w the angle
 * between a and b.
 */
export function spherical(a: Float32Array, b: Float32Array, t: number): Float32Array {
  const dot = (x: Float32Array, y: Float32Array): number =>
    x.reduce((sum, value, i) => sum + value * y[i]!, 0);
  const lengths = Math.sqrt(dot(a, a) * dot(b, b));
  const angle = lengths === 0 ? 0 : Math.acos(Math.min(1, Math.max(-1, dot(a, b) / lengths)));
  if (angle < leastAngle || Math.PI - angle < leastAngle) return linear(a, b, t);
  const ofA = Math.sin((1 - t) * angle) / Math.sin(angle);
  const ofB = Math.sin(t * angle) / Math.sin(angle);
  return a.map((value, i) => ofA * value + ofB * b[i]!);
}

/**
 * The points of a path, both ends included. Classes mix linearly: with a shared embedding that is the line between two
 * rows of it.
 * @param steps - 2 or more
 */
export function pathPoints(
  start: PathEnd,
  end: PathEnd,
  steps: number,
  { varying, interpolation }: { readonly varying: Varying; readonly interpolation: Interpolation },
): PathEnd[] {
  const between = interpolation === 'linear' ? linear : spherical;
  return Array.from({ length: steps }, (_, i) => {
    const t = i / (steps - 1);
    return {
      z: varying === 'class' ? start.z : between(start.z, end.z, t),
      classWeights:
        varying === 'latent' ? start.classWeights : linear(start.classWeights, end.classWeights, t),
    };
  });
}

/** A direction of z, and how far to both sides. */
export interface Along {
  /** [latentSize] */
  readonly vector: readonly number[];
  /** Times the vector, above 0. */
  readonly extent: number;
}

/**
 * The points from `-extent` to `extent` along a direction of z, the one they start from in the middle.
 * @param steps - 2 or more
 */
export function pointsAlong(
  { z, classWeights }: PathEnd,
  { vector, extent }: Along,
  steps: number,
): PathEnd[] {
  return Array.from({ length: steps }, (_, i) => {
    const offset = extent * ((2 * i) / (steps - 1) - 1);
    return { z: z.map((value, k) => value + offset * vector[k]!), classWeights };
  });
}
