import { useEffect, useState } from 'preact/hooks';
import { columnsOf, type PlaygroundState } from './picture.js';
import type { SampledImages, Sampler } from './sampler.js';

export interface Sampling {
  readonly images: SampledImages | null;
  /** That the images were made of. */
  readonly state: PlaygroundState | null;
  /** Images in a row. */
  readonly columns: number;
  readonly isBusy: boolean;
  readonly error: string | null;
}

/** The images of the state that the controls are in; those of an older state are given up. */
export function useSampling(sampler: Sampler, state: PlaygroundState): Sampling {
  const [sampling, setSampling] = useState<Sampling>({
    images: null,
    state: null,
    columns: 1,
    isBusy: true,
    error: null,
  });
  useEffect(() => {
    const abort = new AbortController();
    setSampling((before) => ({ ...before, isBusy: true }));
    // A slider that is dragged asks many times: only where it rests is worth the work.
    const timer = setTimeout(() => {
      sampler.draw(state, abort.signal).then(
        (images) => {
          // Sampling that cannot be ended ends late.
          if (!abort.signal.aborted)
            setSampling({ images, state, columns: columnsOf(state), isBusy: false, error: null });
        },
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
