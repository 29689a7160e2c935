/** A phase that has been started. */
export interface Running {
  /** What it reports when it has ended. */
  readonly scalars: Promise<Record<string, number>>;
}

/** Nobody may be waiting yet when it fails: the failure is met where the reports are read. */
export function running(scalars: Promise<Record<string, number>>): Running {
  scalars.catch(() => undefined);
  return { scalars };
}

/**
 * Phases of one step of the trainer, started one after the other: the host draws and sends what the next one takes while
 * the device is at work, and reads what they report at the end.
 */
export class RunningPhases {
  private readonly started: { readonly prefix: string; readonly phase: Running }[] = [];

  add(prefix: string, phase: Running): void {
    this.started.push({ prefix, phase });
  }

  /** When none is under way any more, however they ended. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.started.map(({ phase }) => phase.scalars));
  }

  /** In the order in which they were started. @throws what the first one that failed throws */
  async *reports(): AsyncGenerator<readonly [prefix: string, scalars: Record<string, number>]> {
    for (const { prefix, phase } of this.started) yield [prefix, await phase.scalars];
  }
}
