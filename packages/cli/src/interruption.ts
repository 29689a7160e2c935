/** Signals that ask a program to end. */
export const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
export type StopSignal = (typeof stopSignals)[number];

/** The part of `process` that interruptions come through. */
export interface SignalSource {
  on(name: StopSignal, listener: () => void): unknown;
  off(name: StopSignal, listener: () => void): unknown;
}

/** npm and shells hand one Ctrl-C on to a program a second time; within this it counts as the same. */
export const samePressMilliseconds = 500;

/**
 * The first signal asks for an orderly end, and only while there is something to put in order. All other times nobody
 * listens: then the system ends the process, at once, whatever it is busy with. A listener would have to wait for
 * JavaScript's thread, which may be in native code for long, and `process.exit` for the threads of Node's pool, one of
 * which may wait for a disk for ever.
 */
export class Interruption {
  private readonly abort = new AbortController();
  private readonly listeners: ReadonlyMap<StopSignal, () => void>;
  private isListening = false;
  private first: StopSignal | null = null;
  /** The first is long enough ago that another one is meant. */
  private isSecond = false;

  /**
   * @param onFirst - told what was asked for
   * @param later - calls back after so many milliseconds
   * @param afterSignals - calls back once signals that have come already were told of
   * @param force - ends the process by a signal that nobody listens to
   */
  constructor(
    private readonly source: SignalSource,
    private readonly onFirst: (name: StopSignal) => void,
    private readonly later: (callback: () => void, milliseconds: number) => void = (callback, milliseconds) =>
      void setTimeout(callback, milliseconds).unref(),
    private readonly afterSignals: (callback: () => void) => void = (callback) => void setImmediate(callback),
    private readonly force: (name: StopSignal) => void = (name) => void process.kill(process.pid, name),
  ) {
    this.listeners = new Map(stopSignals.map((name) => [name, () => this.handle(name)]));
  }

  /** Aborted by the first signal. */
  get signal(): AbortSignal {
    return this.abort.signal;
  }

  /** What came; null as long as nothing did. */
  get received(): StopSignal | null {
    return this.first;
  }

  /** There is something to put in order: the next signal asks for it. */
  listen(): void {
    if (this.isListening || this.first !== null) return;
    this.isListening = true;
    for (const [name, listener] of this.listeners) this.source.on(name, listener);
  }

  /** There is nothing: the next signal ends the process. */
  ignore(): void {
    if (!this.isListening) return;
    this.isListening = false;
    for (const [name, listener] of this.listeners) this.source.off(name, listener);
  }

  private handle(name: StopSignal): void {
    if (this.isSecond) {
      this.ignore();
      this.force(name);
    }
    if (this.first !== null) return;
    this.first = name;
    this.onFirst(name);
    this.abort.abort();
    this.later(() => {
      this.isSecond = true;
      // One that came while the thread was busy waits to be told of, and would be lost without a listener.
      this.afterSignals(() => this.ignore());
    }, samePressMilliseconds);
  }
}
