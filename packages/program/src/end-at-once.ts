/** The part of `process` that ends it. */
interface Ending {
  readonly pid: number;
  kill(pid: number, name: 'SIGKILL'): unknown;
  abort(): unknown;
}

/**
 * Ends the process, whatever its threads wait for: `process.exit` would wait for those of Node's pool. The first process of a container does not
 * get a SIGKILL that comes from inside; a crash ends it.
 */
export function endAtOnce(own: Ending): void {
  own.kill(own.pid, 'SIGKILL');
  own.abort();
}

/** Ends it so once its error is printed, if it does not end by itself: an operation that waits for another process holds a thread. */
export function endSoon(own: Ending): void {
  setTimeout(() => endAtOnce(own), 500).unref();
}
