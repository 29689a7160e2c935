/** What waits for somebody else's promise now; each is told once nothing is left that could settle it. */
const waiting = new Set<() => void>();

function tellAll(): void {
  for (const tell of [...waiting]) tell();
}

/**
 * Waits for a promise of a plugin. One that never settles would let the process end in the middle of its work with exit
 * code 0 and no word: Node ends when nothing is left to wait for. Here it rejects at that moment instead.
 * @param never - makes the error
 */
export function untilSettled<T>(promise: PromiseLike<T>, never: () => Error): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const tell = (): void => {
      leave();
      reject(never());
    };
    const leave = (): void => {
      waiting.delete(tell);
      if (waiting.size === 0) process.off('beforeExit', tellAll);
    };
    if (waiting.size === 0) process.on('beforeExit', tellAll);
    waiting.add(tell);
    promise.then(
      (value) => {
        leave();
        resolve(value);
      },
      (error: unknown) => {
        leave();
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  });
}
