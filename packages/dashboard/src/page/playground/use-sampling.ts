import { useEffect, useState } from 'preact/hooks';
import type { PlaygroundState } from './command.js';
import type { SampledImages, Sampler } from './sampler.js';
import { along, arc } from './walks.js';

export interface Sampling {
  readonly images: SampledImages | null;
  /** Images in a row. */
  readonly columns: number;
  readonly isBusy: boolean;
  readonly error: string | null;
}

/** Steps of a walk, and of a direction. */
const walkSteps = 16;
const directionSteps = 7;

/** The images of the state that the controls are in; those of an older state are given up. */
export function useSampling(sampler: Sampler, state: PlaygroundState): Sampling {
  const [sampling, setSampling] = useState<Sampling>({ images: null, columns: 1, isBusy: true, error: null });
  useEffect(() => {
    const abort = new AbortController();
    setSampling((before) => ({ ...before, isBusy: true }));
    // A slider that is dragged asks many times: only where it rests is worth the work.
    const timer = setTimeout(() => {
      sampleState(sampler, state, abort.signal).then(
        ({ images, columns }) => setSampling({ images, columns, isBusy: false, error: null }),
        (error: unknown) => {
          if (abort.signal.aborted) return;
          const text = error instanceof Error ? error.message : String(error);
          setSampling((before) => ({ ...before, isBusy: false, error: text }));
        },
      );
    }, 60);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [sampler, JSON.stringify(state)]);
  return sampling;
}

async function sampleState(
  sampler: Sampler,
  state: PlaygroundState,
  signal: AbortSignal,
): Promise<{ images: SampledImages; columns: number }> {
  const { first, second, share, truncated, convention, threshold, seed, side, mode } = state;
  const truncation = truncated ? { truncation: { convention, threshold } } : {};
  const mixture =
    share > 0 ? { [first]: 1 - share, [second]: (first === second ? 1 - share : 0) + share } : { [first]: 1 };
  const base = {
    mixture,
    seed,
    ...truncation,
    ...(truncated && state.ofTruncation && { statistics: 'truncation' as const }),
  };
  if (mode === 'grid')
    return { images: await sampler.generate({ ...base, count: side * side }, signal), columns: side };
  const z = await sampler.latents({ seed, count: mode === 'walk' ? 1 : 3, ...truncation });
  const latents =
    mode === 'walk'
      ? arc(z, await sampler.latents({ seed: state.otherSeed, count: 1, ...truncation }), walkSteps)
      : along(z, sampler.info.directions[state.direction]!.vector, directionSteps, state.extent);
  const count = latents.length / sampler.info.latentSize;
  const images = await sampler.generate({ ...base, latents, count }, signal);
  return { images, columns: mode === 'walk' ? 4 : directionSteps };
}
