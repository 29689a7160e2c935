/** Does work on items, at most so many at a time, in whatever order it ends. */
export async function eachInFlight<T>(
  items: readonly T[],
  most: number,
  work: (item: T, at: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const line = async (): Promise<void> => {
    while (next < items.length) {
      const at = next++;
      await work(items[at]!, at);
    }
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, line));
}

/** Does work on items, at most so many at a time, and hands results out in the items' order. */
export async function* inOrder<From, To>(
  items: Iterable<From> | AsyncIterable<From>,
  most: number,
  work: (item: From) => Promise<To>,
): AsyncGenerator<To> {
  const window: Promise<To>[] = [];
  for await (const item of items) {
    const promise = work(item);
    // It is awaited later: until then a failure must not count as unhandled.
    promise.catch(() => undefined);
    window.push(promise);
    if (window.length >= most) yield await window.shift()!;
  }
  for (const promise of window) yield await promise;
}
