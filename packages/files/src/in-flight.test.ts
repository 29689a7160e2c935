import { eachInFlight, inOrder } from './in-flight.js';

const wait = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Work that takes longer for smaller numbers, and counts how much of it goes on at once. */
function counted() {
  let now = 0;
  const seen = { most: 0 };
  const work = async (item: number): Promise<number> => {
    seen.most = Math.max(seen.most, ++now);
    await wait(20 - item);
    now--;
    return 10 * item;
  };
  return { seen, work };
}

test('all items are worked on, at most so many at a time', async () => {
  const { seen, work } = counted();
  const done: number[] = [];
  await eachInFlight([1, 2, 3, 4, 5, 6, 7], 3, async (item, at) => {
    done[at] = await work(item);
  });
  expect(done).toEqual([10, 20, 30, 40, 50, 60, 70]);
  expect(seen.most).toBe(3);
  await expect(eachInFlight([1], 3, async () => Promise.reject(new Error('no')))).rejects.toThrow('no');
});

test('results come in the order of the items, whichever ends first', async () => {
  const { seen, work } = counted();
  const results: number[] = [];
  for await (const one of inOrder([1, 5, 2, 9, 3], 3, work)) results.push(one);
  expect(results).toEqual([10, 50, 20, 90, 30]);
  expect(seen.most).toBe(3);
});

test('a failure is thrown in its turn, after the results before it', async () => {
  const results: number[] = [];
  const all = (async () => {
    for await (const one of inOrder([1, 2, 3], 3, async (item) => {
      if (item === 2) throw new Error('two');
      await wait(5);
      return item;
    }))
      results.push(one);
  })();
  await expect(all).rejects.toThrow('two');
  expect(results).toEqual([1]);
});
