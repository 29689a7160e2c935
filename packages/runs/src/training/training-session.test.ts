import { soleWorker, type WorkerGroup } from '@ganymede/workers';
import { TrainingSession, type SessionParts } from './training-session.js';

/** A session of which nothing but what its stabilizer keeps is looked at. */
function sessionWith(kept: unknown): { readonly session: TrainingSession; readonly kept: () => unknown } {
  let state = kept;
  const stabilizer = {
    get state() {
      return state;
    },
    restore: (other: unknown) => (state = other),
  };
  const parts = {
    config: { stabilizers: [{ use: 'guard' }] },
    changes: [],
    dataset: { classes: ['a'], fingerprint: 'f', name: 'shapes' },
    partition: { selection: null },
    recipe: { random: { state: [] } },
    batches: { state: { epoch: 1 }, restore: () => undefined },
    trainer: { state: { step: 3, random: [] }, restore: () => undefined, variables: () => ({}) },
    stabilizers: [stabilizer],
  } as unknown as SessionParts;
  return { session: new TrainingSession(parts), kept: () => state };
}

test("the leader's state comes to the others as it is, where JSON has no word for it too", async () => {
  const kept = { best: Infinity, last: Number.NaN, sign: -0, seen: [1.5] };
  let said = '';
  const groupOf = (rank: number): WorkerGroup => ({
    ...soleWorker,
    ...{ rank, size: 2, leads: rank === 0 },
    share: <T>(value: T): Promise<T> => {
      if (rank === 0) said = JSON.stringify(value);
      return Promise.resolve(JSON.parse(said) as T);
    },
  });
  const [leader, other] = [sessionWith(kept), sessionWith({ best: 0 })];
  await leader.session.joinLeader(groupOf(0));
  await other.session.joinLeader(groupOf(1));
  expect(other.kept()).toEqual(kept);
  expect(leader.kept()).toBe(kept);
});
