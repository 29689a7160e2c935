import type { Convention, Weights } from '../../playground/contract.js';
import type { PlaygroundState } from './picture.js';

export type { Convention, Weights };

/** Images as a sampler gives them. */
export interface SampledImages {
  readonly width: number;
  readonly height: number;
  readonly count: number;
  /** RGBA, [count, height, width, 4]. */
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
  readonly milliseconds: number;
}

/** What a playground has to know of a generator. */
export interface SamplerInfo {
  readonly name: string;
  readonly classes: readonly string[];
  readonly width: number;
  readonly height: number;
  readonly step: number;
  readonly weights: Weights;
  /** Names of the directions that `analyze directions` found. */
  readonly directions: readonly string[];
  /** Statistics by truncation, where there are some. */
  readonly tables: { readonly convention: string; readonly thresholds: readonly number[] } | null;
  /** What runs it, in words. */
  readonly engine: string;
  /** The run as the CLI takes it. */
  readonly run: string;
  /** For an average of another length: the run that `ganymede ema` writes. */
  readonly averageRun: string | null;
}

/** A generator, wherever it runs: in this page, or on the machine that serves it. */
export interface Sampler {
  readonly info: SamplerInfo;
  draw(state: PlaygroundState, signal: AbortSignal): Promise<SampledImages>;
}
