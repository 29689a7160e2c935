/** The part of `process` that interruptions come through. */
export interface SignalSource {
  on(name: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
  off(name: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
}

export interface Interruption {
  /** Aborted by the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
  /** What came; null as long as nothing did. */
  readonly received: 'SIGINT' | 'SIGTERM' | null;
  /** Stops listening. */
  dispose(): void;
}

/** npm and shells hand one Ctrl-C on to a program a second time; within this it counts as the same. */
const samePressMilliseconds = 500;

/**
 * The first Ctrl-C asks for an orderly end, the second forces it.
 * @param onFirst - told what was asked for
 * @param force - ends the program at once
 * @param now - milliseconds of a monotonic clock
 */
export function listenForInterruption(
  source: SignalSource,
  onFirst: (name: 'SIGINT' | 'SIGTERM') => void,
  force: (name: 'SIGINT' | 'SIGTERM') => void,
  now: () => number,
): Interruption {
  const abort = new AbortController();
  let received: 'SIGINT' | 'SIGTERM' | null = null;
  let receivedAt = 0;
  const handle = (name: 'SIGINT' | 'SIGTERM') => (): void => {
    if (received === null) {
      received = name;
      receivedAt = now();
      onFirst(name);
      abort.abort();
    } else if (now() - receivedAt > samePressMilliseconds) {
      force(name);
    }
  };
  const onInt = handle('SIGINT');
  const onTerm = handle('SIGTERM');
  source.on('SIGINT', onInt);
  source.on('SIGTERM', onTerm);
  return {
    signal: abort.signal,
    get received() {
      return received;
    },
    dispose() {
      source.off('SIGINT', onInt);
      source.off('SIGTERM', onTerm);
    },
  };
}
