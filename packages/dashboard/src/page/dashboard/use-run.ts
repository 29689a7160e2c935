import { useEffect, useState } from 'preact/hooks';
import { get, runPath, type ChartSeries, type RunDetail } from './server.js';

export interface LiveRun {
  readonly detail: (RunDetail & { readonly canResume: boolean; readonly canPlay: boolean }) | null;
  readonly charts: readonly ChartSeries[];
  readonly error: string | null;
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** A run as it is now and goes on: asked again whenever the server tells of new events. */
export function useRun(id: string, range: readonly [number, number] | null): LiveRun {
  const [live, setLive] = useState<LiveRun>({ detail: null, charts: [], error: null });
  const [change, setChange] = useState(0);
  useEffect(() => {
    const stream = new EventSource(`/api/${runPath(id)}/stream`);
    const again = (): void => setChange((one) => one + 1);
    for (const name of ['change', 'gone', 'hello']) stream.addEventListener(name, again);
    // What ends without an event (a run that was stopped) is seen at the next look.
    const timer = setInterval(again, 10_000);
    return () => {
      stream.close();
      clearInterval(timer);
    };
  }, [id]);
  useEffect(() => {
    const abort = new AbortController();
    const query = range ? `&from=${range[0]}&to=${range[1]}` : '';
    Promise.all([
      get<NonNullable<LiveRun['detail']>>(runPath(id), abort.signal),
      get<{ charts: readonly ChartSeries[] }>(`${runPath(id)}/series?pixels=400${query}`, abort.signal),
    ]).then(
      ([detail, { charts }]) => setLive({ detail, charts, error: null }),
      (error: unknown) => {
        if (!abort.signal.aborted) setLive((before) => ({ ...before, error: textOf(error) }));
      },
    );
    return () => abort.abort();
  }, [id, change, range?.join()]);
  return live;
}
