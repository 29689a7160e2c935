import type { RandomStream } from './random.js';

/** A distribution of latents. */
export interface Prior {
  /** [count x size], row-major. */
  sample(count: number, size: number, random: RandomStream): Float32Array;
}

/** Draws latents with less variety and more fidelity; the convention is the component's name. */
export interface Truncation {
  /** The four meanings of truncation differ; see docs of each component. */
  readonly convention: string;
  sample(count: number, size: number, random: RandomStream): Float32Array;
}
