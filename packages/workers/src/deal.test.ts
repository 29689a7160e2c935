import { deal, type DealtWork } from './deal.js';
import { soleWorker, type WorkerGroup } from './worker-group.js';

type Dealer = Parameters<typeof deal>[0];

/** Groups of processes that meet in memory: each waits until all have given. */
function meeting(size: number): readonly Dealer[] {
  let given: Uint8Array[] = [];
  let met: ((all: readonly Uint8Array[]) => void)[] = [];
  return Array.from({ length: size }, (_, rank) => ({
    rank,
    size,
    leads: rank === 0,
    patiently: <T>(work: () => Promise<T>) => work(),
    gather: (bytes: Uint8Array) =>
      new Promise<readonly Uint8Array[]>((resolve) => {
        given[rank] = bytes;
        met.push(resolve);
        if (met.length < size) return;
        const [all, tell] = [given, met];
        [given, met] = [[], []];
        for (const one of tell) one(all);
      }),
  }));
}

interface Noted {
  readonly made: [rank: number, piece: number][];
  readonly taken: [piece: number, bytes: readonly number[]][];
}

const noting = (noted: Noted, rank: number): DealtWork => ({
  pieces: 5,
  bytes: 2,
  make: (piece) => {
    noted.made.push([rank, piece]);
    return Promise.resolve(Uint8Array.of(piece, 10 * piece));
  },
  take: (piece, bytes) => void noted.taken.push([piece, [...bytes]]),
});

const inOrder = [0, 1, 2, 3, 4].map((piece): [number, number[]] => [piece, [piece, 10 * piece]]);

test.each([1, 2, 3, 5, 7])(
  '%i processes make each piece once, the leader takes them in order',
  async (size) => {
    const noted: Noted = { made: [], taken: [] };
    const groups: readonly Dealer[] = size === 1 ? [soleWorker as WorkerGroup] : meeting(size);
    expect(await Promise.all(groups.map((group, rank) => deal(group, noting(noted, rank))))).toEqual(
      groups.map(() => 5),
    );
    expect(noted.taken).toEqual(inOrder);
    expect(noted.made.sort(([, a], [, b]) => a - b)).toEqual(
      [0, 1, 2, 3, 4].map((piece) => [piece % size, piece]),
    );
  },
);

test('work whose results all want is taken by all, in order', async () => {
  const notes = [0, 1, 2].map((): Noted => ({ made: [], taken: [] }));
  await Promise.all(
    meeting(3).map((group, rank) => deal(group, { ...noting(notes[rank]!, rank), takers: 'all' })),
  );
  for (const { taken } of notes) expect(taken).toEqual(inOrder);
  expect(notes.map(({ made }) => made.map(([, piece]) => piece))).toEqual([[0, 3], [1, 4], [2]]);
});

test('what one fails with is its own; the others hear who failed, and nobody waits', async () => {
  const noted: Noted = { made: [], taken: [] };
  const [first, second] = await Promise.allSettled(
    meeting(2).map((group, rank) =>
      deal(group, {
        ...noting(noted, rank),
        make: (piece) =>
          piece === 3 ? Promise.reject(new Error('no such image')) : Promise.resolve(new Uint8Array(2)),
      }),
    ),
  );
  expect(first).toMatchObject({
    reason: {
      code: 'WORKER_FAILED',
      message: 'workers: expected rank 1 to do its share, got a failure there',
    },
  });
  expect(second).toMatchObject({ reason: { message: 'no such image' } });
  expect(noted.taken.map(([piece]) => piece)).toEqual([0, 1]);
});

test('where one is asked to stop all do, after the same piece', async () => {
  const noted: Noted = { made: [], taken: [] };
  const done = await Promise.all(
    meeting(2).map((group, rank) =>
      deal(group, { ...noting(noted, rank), stops: () => rank === 1 && noted.taken.length > 0 }),
    ),
  );
  expect(done).toEqual([2, 2]);
  expect(noted.taken.map(([piece]) => piece)).toEqual([0, 1]);
});
