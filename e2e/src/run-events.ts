/** A line of `ganymede train --json`. */
export interface RunEvent {
  readonly kind: 'phase' | 'note' | 'step' | 'sheet' | 'checkpoint' | 'profile' | 'done';
  readonly step?: number;
  readonly path?: string;
  readonly text?: string;
  readonly losses?: Readonly<Record<string, number>>;
  readonly sheet?: string;
  readonly checkpoint?: string;
  readonly ops?: readonly { readonly op: string; readonly calls: number; readonly milliseconds: number }[];
  readonly finished?: boolean;
}

/** The whole lines of what a run has printed so far; a killed one may have left half a line. */
export function parseEvents(stdout: string): readonly RunEvent[] {
  return stdout
    .split('\n')
    .slice(0, -1)
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as RunEvent);
}

/** The last event of a run that came to its end. */
export function doneEvent(stdout: string): RunEvent {
  const last = parseEvents(stdout).at(-1);
  if (last?.kind !== 'done')
    throw new Error(`run: expected a last event "done", got ${JSON.stringify(last)}`);
  return last;
}
