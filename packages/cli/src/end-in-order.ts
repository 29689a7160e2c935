import type { SweepEvent } from '@ganymede/toolkit';
import { exitCodeOfSignal, Interruption } from '@ganymede/program';
import { monotonicClock } from './monotonic-clock.js';

/** Of this process, while something is trained; the first signal is told. */
export async function toldInterruption(note: (text: string) => void): Promise<Interruption> {
  const onFirst = (name: string): void => {
    // What is printed to a terminal that is gone must not end the program before its checkpoint.
    if (name === 'SIGHUP')
      for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
    note(`${name}: ending after this step, with a checkpoint; once more ends at once`);
  };
  return new Interruption(process, onFirst, await monotonicClock());
}

/**
 * Carries out a sweep, which a signal ends after the current step, with a checkpoint.
 * @param work - hands on the signal, and each event
 * @returns what the work made, and the exit code where a signal came before its end
 */
export async function endInOrder<T extends { readonly finished: boolean }>(
  note: (text: string) => void,
  work: (signal: AbortSignal, follow: (event: SweepEvent) => void) => Promise<T>,
): Promise<{ readonly made: T; readonly stopped: number | null }> {
  const interruption = await toldInterruption(note);
  try {
    const made = await work(interruption.signal, (event) => {
      // While a run is trained a checkpoint can save its steps; before and after, all that is done is on disk.
      if (event.kind === 'training' && event.event.kind === 'step') interruption.listen();
      if (event.kind === 'measuring' || event.kind === 'end') interruption.ignore();
    });
    const { received } = interruption;
    return { made, stopped: received !== null && !made.finished ? exitCodeOfSignal(received) : null };
  } finally {
    interruption.ignore();
  }
}
