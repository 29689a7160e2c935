import { useEffect, useState } from 'preact/hooks';
import { get, hasToken, playgroundAddress, post, runPath, type RunSummary } from './server.js';
import type { LiveRun } from './use-run.js';
import { duration, messageOf, number } from './words.js';

/** Name and state of a run, what can be done with it, and where it stands. */
export function RunHeader({
  id,
  run: { detail, error },
  other,
}: {
  readonly id: string;
  readonly run: LiveRun;
  readonly other: string | null;
}) {
  const [told, setTold] = useState<string | null>(null);
  const change = (what: string, words: string): void =>
    void post(`${runPath(id)}/${what}`).then(
      () => setTold(words),
      (reason: unknown) => setTold(messageOf(reason)),
    );
  return (
    <>
      <div class="bar">
        <div>
          <h1>{id}</h1>
          {detail && <p class={`state ${detail.status}`}>{detail.status}</p>}
        </div>
        <div class="row">
          <OtherRun id={id} other={other} />
          {detail?.canPlay && (
            <a class="button" href={playgroundAddress(id)}>
              Playground
            </a>
          )}
          {detail?.status === 'running' && (
            <>
              <button
                type="button"
                disabled={!hasToken}
                onClick={() => change('checkpoint', 'Saving a checkpoint after this step.')}
              >
                Checkpoint now
              </button>
              <button
                type="button"
                disabled={!hasToken}
                onClick={() => change('stop', 'Ending after this step, with a checkpoint.')}
              >
                Stop
              </button>
            </>
          )}
          {detail?.status === 'stopped' && detail.canResume && (
            <button
              type="button"
              disabled={!hasToken}
              onClick={() => change('resume', 'Going on, in a process of its own.')}
            >
              Resume
            </button>
          )}
        </div>
      </div>
      {error && (
        <p class="notice error" role="alert">
          {error}
        </p>
      )}
      {told && (
        <p class="notice" role="status">
          {told}
        </p>
      )}
      {detail?.problem && <p class="notice error">{detail.problem}</p>}
      {detail && detail.damagedLines > 0 && (
        <p class="notice">{detail.damagedLines} lines of the event log are no events and were left out.</p>
      )}
      {detail && (
        <dl class="facts panel">
          <Fact name="step" value={`${number(detail.step)} of ${number(detail.steps)}`} />
          <Fact name="images/s" value={number(detail.imagesPerSecond)} />
          <Fact name="time left" value={duration(detail.secondsLeft)} />
          <Fact name="best" value={bestOf(detail.best)} />
        </dl>
      )}
    </>
  );
}

function bestOf(best: unknown): string {
  const { number: metric, value, step } = (best ?? {}) as { number?: string; value?: number; step?: number };
  return metric === undefined ? '–' : `${metric} ${number(value)} at ${number(step)}`;
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function OtherRun({ id, other }: { readonly id: string; readonly other: string | null }) {
  const [ids, setIds] = useState<readonly string[]>([]);
  useEffect(() => {
    get<{ runs: readonly RunSummary[] }>('runs').then(
      ({ runs }) => setIds(runs.map((run) => run.id).filter((one) => one !== id)),
      () => setIds([]),
    );
  }, [id]);
  if (ids.length === 0) return null;
  return (
    <select
      aria-label="Compare with another run"
      value={other ?? ''}
      onChange={(event) => {
        const chosen = event.currentTarget.value;
        location.hash = `#/runs/${encodeURIComponent(id)}${chosen === '' ? '' : `/with/${encodeURIComponent(chosen)}`}`;
      }}
    >
      <option value="">Compare with …</option>
      {ids.map((one) => (
        <option key={one} value={one}>
          {one}
        </option>
      ))}
    </select>
  );
}
