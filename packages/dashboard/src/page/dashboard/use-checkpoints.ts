import { useEffect, useState } from 'preact/hooks';
import { get, runPath } from './server.js';
import { messageOf } from './words.js';

/** Milliseconds between two looks at what a run has saved. */
const lookEvery = 5000;

export interface Checkpoints {
  /** The run as the CLI takes it; null until it is known. */
  readonly run: string | null;
  /** Of checkpoints, ascending. */
  readonly steps: readonly number[];
  readonly error: string | null;
}

/** The checkpoints of a run as they come and go. */
export function useCheckpoints(id: string): Checkpoints {
  const [found, setFound] = useState<Checkpoints>({ run: null, steps: [], error: null });
  useEffect(() => {
    const abort = new AbortController();
    const look = (): void =>
      void get<{ run: string; steps: readonly number[] }>(`${runPath(id)}/checkpoints`, abort.signal).then(
        ({ run, steps }) =>
          setFound((before) =>
            before.run === run && before.error === null && before.steps.join() === steps.join()
              ? before
              : { run, steps, error: null },
          ),
        (reason: unknown) => {
          if (!abort.signal.aborted) setFound((before) => ({ ...before, error: messageOf(reason) }));
        },
      );
    look();
    const timer = setInterval(look, lookEvery);
    return () => {
      clearInterval(timer);
      abort.abort();
    };
  }, [id]);
  return found;
}
