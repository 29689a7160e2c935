/** Images as a sampler gives them. */
export interface SampledImages {
  readonly width: number;
  readonly height: number;
  readonly count: number;
  /** RGBA, [count, height, width, 4]. */
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
  readonly milliseconds: number;
}

export type Convention = 'resample' | 'scaled' | 'clamp' | 'std';

export interface SampleRequest {
  readonly mixture: Readonly<Record<string, number>>;
  readonly truncation?: { readonly convention: Convention; readonly threshold: number };
  readonly seed: number;
  readonly count: number;
  readonly latents?: Float32Array;
  readonly statistics?: 'running' | 'truncation';
}

export interface Direction {
  readonly name: string;
  readonly vector: readonly number[];
}

/** What a playground has to know of a generator. */
export interface SamplerInfo {
  readonly name: string;
  readonly classes: readonly string[];
  readonly width: number;
  readonly height: number;
  readonly step: number;
  readonly weights: 'ema' | 'trained';
  readonly latentSize: number;
  readonly directions: readonly Direction[];
  /** Statistics by truncation, where there are some. */
  readonly tables: { readonly convention: string; readonly thresholds: readonly number[] } | null;
  /** What runs it, in words. */
  readonly engine: string;
  /** The run as the CLI takes it. */
  readonly run: string;
}

/** A generator, wherever it runs: in this page, or in the process that serves it. */
export interface Sampler {
  readonly info: SamplerInfo;
  generate(request: SampleRequest, signal: AbortSignal): Promise<SampledImages>;
  latents(request: Pick<SampleRequest, 'truncation' | 'seed' | 'count'>): Promise<Float32Array>;
}
