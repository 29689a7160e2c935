/** Signals that ask a program to end. */
export const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
export type StopSignal = (typeof stopSignals)[number];

/** The part of `process` that interruptions come through. */
export interface SignalSource {
  readonly pid: number;
  on(name: StopSignal, listener: () => void): unknown;
  off(name: StopSignal, listener: () => void): unknown;
  kill(pid: number, name: StopSignal): unknown;
}

/** npm and shells hand one Ctrl-C on to a program a second time; within this it counts as the same. */
const samePressMilliseconds = 500;

/**
 * The first signal asks for an orderly end, and only while there is something to put in order; the second ends the
 * process. All other times nobody listens: then the system ends the process, at once, whatever it is busy with. A
 * listener would have to wait for JavaScript's thread, which may be in native code for long, and `process.exit` for the
 * threads of Node's pool, one of which may wait for a disk for ever.
 */
export class Interruption {
  private readonly abort = new AbortController();
  private readonly listeners: ReadonlyMap<StopSignal, () => void>;
  private isListening = false;
  private first: { readonly name: StopSignal; readonly at: number } | null = null;

  /**
   * @param onFirst - told what was asked for
   * @param now - milliseconds of a monotonic clock
   */
  constructor(
    private readonly source: SignalSource,
    private readonly onFirst: (name: StopSignal) => void,
    private readonly now: () => number,
  ) {
    this.listeners = new Map(stopSignals.map((name) => [name, () => this.handle(name)]));
  }

  /** Aborted by the first signal. */
  get signal(): AbortSignal {
    return this.abort.signal;
  }

  /** What came; null as long as nothing did. */
  get received(): StopSignal | null {
    return this.first?.name ?? null;
  }

  /** There is something to put in order: the next signal asks for it. */
  listen(): void {
    if (this.isListening) return;
    this.isListening = true;
    for (const [name, listener] of this.listeners) this.source.on(name, listener);
  }

  /** There is nothing: the next signal ends the process. */
  ignore(): void {
    if (!this.isListening) return;
    this.isListening = false;
    for (const [name, listener] of this.listeners) this.source.off(name, listener);
  }

  /** As the signal would, whether or not it is listened to; once. */
  ask(name: StopSignal): void {
    if (this.first === null) this.handle(name);
  }

  private handle(name: StopSignal): void {
    const at = this.now();
    if (this.first === null) {
      this.first = { name, at };
      this.onFirst(name);
      this.abort.abort();
    } else if (at - this.first.at > samePressMilliseconds) {
      // Once more, with nobody listening.
      this.ignore();
      this.source.kill(this.source.pid, name);
    }
  }
}
