/**
 * Does work on all items, at most `atOnce` at a time. Where some of it fails, what was under way has ended.
 * @returns what it gives, in the order of the items
 */
export async function inTurns<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  while (results.length < items.length) {
    const some = items.slice(results.length, results.length + atOnce);
    const running = some.map(work);
    await Promise.allSettled(running);
    results.push(...(await Promise.all(running)));
  }
  return results;
}
