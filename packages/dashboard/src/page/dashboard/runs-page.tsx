import { useEffect, useState } from 'preact/hooks';
import { get, sheetAddress, type RunSummary } from './server.js';
import { duration, messageOf, number } from './words.js';

interface RunList {
  readonly folder: string;
  readonly runs: readonly RunSummary[];
}

/** Every run of the folder, those that are being trained first. */
export function RunsPage() {
  const [list, setList] = useState<RunList | null>(null);
  const [error, setError] = useState<string | null>(null);
  useEffect(() => {
    const look = (): void =>
      void get<RunList>('runs').then(
        (found) => {
          setList(found);
          setError(null);
        },
        (reason: unknown) => setError(messageOf(reason)),
      );
    look();
    const timer = setInterval(look, 5000);
    return () => clearInterval(timer);
  }, []);
  const runs = [...(list?.runs ?? [])].sort(
    (a, b) =>
      Number(b.status === 'running') - Number(a.status === 'running') || (b.changed ?? 0) - (a.changed ?? 0),
  );
  return (
    <>
      <div class="bar">
        <h1>Runs</h1>
        {list && (
          <p class="soft">
            {runs.length} in <code>{list.folder}</code>
          </p>
        )}
      </div>
      {error && (
        <p class="notice error" role="alert">
          {error}
        </p>
      )}
      {list && runs.length === 0 && (
        <div class="notice">
          <p>
            No run is here yet. Start one with <code>ganymede train</code>, and it will appear.
          </p>
        </div>
      )}
      <div class="runs">
        {runs.map((run) => (
          <a key={run.id} class="run panel" href={`#/runs/${encodeURIComponent(run.id)}`}>
            {run.sheet ? (
              <img class="thumb" src={sheetAddress(run.id, run.sheet)} alt="" loading="lazy" />
            ) : (
              <span class="thumb" />
            )}
            <div>
              <h2>{run.id}</h2>
              <p class={`state ${run.status}`}>{run.status}</p>
              <p class="small soft">
                step {number(run.step)}
                {run.steps !== null && ` of ${number(run.steps)}`}
                {run.status === 'running' && `, ${duration(run.secondsLeft)} left`}
              </p>
              {run.problem && <p class="small">{run.problem}</p>}
              {run.remarks > 0 && <p class="small soft">{run.remarks} remarks of stabilizers</p>}
            </div>
          </a>
        ))}
      </div>
    </>
  );
}
