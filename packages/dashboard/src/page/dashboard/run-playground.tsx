import { useEffect, useState } from 'preact/hooks';
import type { PossibleAverage, WantedGenerator } from '../../playground/contract.js';
import { Playground } from '../playground/playground.js';
import { GeneratorControls, type WeightsKind } from './generator-controls.js';
import { asked } from './server-sampler.js';
import { hasToken, post, runPath } from './server.js';
import { useCheckpoints } from './use-checkpoints.js';
import { useGenerator } from './use-generator.js';
import { messageOf, number } from './words.js';

/** Pictures of a run's own checkpoints, made on the machine that serves the page. */
export function RunPlayground({ id }: { readonly id: string }) {
  const { run, steps, error: lost } = useCheckpoints(id);
  const [step, setStep] = useState<number | null>(null);
  const [kind, setKind] = useState<WeightsKind>('ema');
  const { lengths, length, setLength, error: noLengths } = useLengths(id, kind === 'average');
  // One that was removed meanwhile is still asked for: the server says what became of it.
  const checkpoint = step ?? steps.at(-1);
  const average = kind === 'average' ? (lengths[length] ?? null) : null;
  const wanted = hasToken ? wantedOf(kind, checkpoint, average) : null;
  const { about, sampler, isOpening, error, again } = useGenerator(id, run, wanted, average);
  const problem = lost ?? error ?? noLengths ?? about?.problem;
  return (
    <>
      <div class="bar">
        <div>
          <h1>{id}: playground</h1>
          <p class="soft">
            {sampler
              ? `${number(sampler.info.classes.length)} classes, ${sampler.info.width}×${sampler.info.height} pixels, step ${number(sampler.info.step)}. Images are made on the machine that serves this page; its other work goes first.`
              : 'Images are made on the machine that serves this page; its other work goes first.'}
          </p>
        </div>
        <a class="button" href={`#/runs/${encodeURIComponent(id)}`}>
          Back to the run
        </a>
      </div>
      {problem && (
        <div class="notice error" role="alert">
          <p>{problem}</p>
          {error && (
            <p>
              <button type="button" onClick={again}>
                Try again
              </button>
            </p>
          )}
        </div>
      )}
      {!hasToken && (
        <p class="notice">Open the address that ganymede serve printed: pictures need its token.</p>
      )}
      {run !== null && steps.length === 0 && (
        <p class="notice">
          No checkpoint yet: the first comes after <code>checkpoint.every</code> steps, or with Checkpoint now
          on the page of the run.
        </p>
      )}
      {isOpening && wanted && !error && (
        <p class="notice" role="status">
          Opening the generator …
        </p>
      )}
      {sampler && about && (
        <Playground sampler={sampler}>
          <GeneratorControls
            {...{ about, steps, step, lengths, length }}
            kind={kind === 'ema' && !about.hasAverage ? 'trained' : kind}
            onStep={setStep}
            onKind={setKind}
            onLength={setLength}
          />
        </Playground>
      )}
    </>
  );
}

function wantedOf(
  kind: WeightsKind,
  step: number | undefined,
  average: PossibleAverage | null,
): WantedGenerator | null {
  if (kind === 'average')
    return average && { step: null, weights: { kind, sigmaRel: average.sigmaRel, step: average.step } };
  return step === undefined ? null : { step, weights: { kind } };
}

/** Lengths of averages, once they are asked for; the one nearest to 0.1 is chosen first. */
function useLengths(id: string, isWanted: boolean) {
  const [lengths, setLengths] = useState<readonly PossibleAverage[]>([]);
  const [length, setLength] = useState(0);
  const [error, setError] = useState<string | null>(null);
  useEffect(() => {
    if (!isWanted) return;
    const abort = new AbortController();
    post<readonly PossibleAverage[]>(`${runPath(id)}/playground/lengths`, asked({}), abort.signal).then(
      (found) => {
        const distance = ({ sigmaRel }: PossibleAverage): number => Math.abs(sigmaRel - 0.1);
        const nearest = [...found].sort((a, b) => distance(a) - distance(b))[0];
        setLengths(found);
        setLength(nearest ? found.indexOf(nearest) : 0);
        setError(found.length === 0 ? 'The snapshots give no other length yet: more of them do.' : null);
      },
      (reason: unknown) => {
        if (!abort.signal.aborted) setError(messageOf(reason));
      },
    );
    return () => abort.abort();
  }, [id, isWanted]);
  return { lengths, length, setLength, error: isWanted ? error : null };
}
