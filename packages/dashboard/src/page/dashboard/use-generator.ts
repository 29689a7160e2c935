import { useEffect, useState } from 'preact/hooks';
import type { PlaygroundAbout, PossibleAverage, WantedGenerator } from '../../playground/contract.js';
import type { Sampler } from '../playground/sampler.js';
import { asked, serverSampler } from './server-sampler.js';
import { post, runPath } from './server.js';
import { messageOf } from './words.js';

export interface OpenedGenerator {
  readonly about: PlaygroundAbout | null;
  readonly sampler: Sampler | null;
  readonly isOpening: boolean;
  readonly error: string | null;
  /** Tries once more. */
  readonly again: () => void;
}

/**
 * A generator of a run, opened on the machine that serves the page; while another opens the one before stays.
 * @param run - as the CLI takes it; null opens nothing
 * @param average - where the weights are those of an average of another length
 */
export function useGenerator(
  id: string,
  run: string | null,
  wanted: WantedGenerator | null,
  average: PossibleAverage | null,
): OpenedGenerator {
  const [opened, setOpened] = useState<Omit<OpenedGenerator, 'again'>>({
    about: null,
    sampler: null,
    isOpening: true,
    error: null,
  });
  const [tries, setTries] = useState(0);
  useEffect(() => {
    if (run === null || wanted === null) return;
    const abort = new AbortController();
    setOpened((before) => ({ ...before, isOpening: true, error: null }));
    post<PlaygroundAbout>(`${runPath(id)}/playground/about`, asked({ wanted }), abort.signal).then(
      (about) =>
        setOpened({
          about,
          sampler: serverSampler({ id, run, wanted, about, averageRun: average?.folder ?? null }),
          isOpening: false,
          error: null,
        }),
      (reason: unknown) => {
        if (!abort.signal.aborted)
          setOpened((before) => ({ ...before, isOpening: false, error: messageOf(reason) }));
      },
    );
    return () => abort.abort();
  }, [id, run, JSON.stringify(wanted), tries]);
  return { ...opened, again: () => setTries((one) => one + 1) };
}
