import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeCheckpoint } from '@ganymede/checkpoints';
import { RandomStream } from '@ganymede/core';
import { readSession, readTrained, type SessionState } from './session-state.js';

const state: SessionState = {
  trainer: {
    step: 2,
    generatorUpdates: 2,
    discriminatorUpdates: 4,
    discriminatorSteps: 4,
    random: [RandomStream.create(0, 'latents').state],
  },
  loader: { epoch: 0 },
  stabilizers: { 'collapse-guard': { losses: [Number.NaN, -0] } },
  data: { classes: ['a', 'b'], fingerprint: null, name: 'shapes', unnamed: true },
  changes: [
    {
      from: 5,
      to: 2,
      evidence: 'D rises',
      change: { regularizers: [{ use: 'r1', weight: 10 }], newRandomness: true },
    },
  ],
};

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'session-'))));
afterEach(() => rm(folder, { recursive: true }));
const written = (content: unknown): Promise<string> =>
  writeCheckpoint(folder, 2, { tensorFiles: {}, state: content });

test('a state comes back as it was, what stabilizers and later versions keep included', async () => {
  const later = { ...state, trainer: { ...state.trainer, replicas: [1, 2] } };
  const read = await readSession(await written(later));
  expect(read.state).toEqual(later);
  expect(read.state.changes![0]!.change.regularizers![0]).toEqual({ use: 'r1', weight: 10 });
});

test('a list of stabilizers and no changes, as older versions wrote them, are taken', async () => {
  const { changes: _, ...rest } = { ...state, stabilizers: [{ count: 3 }] };
  expect((await readSession(await written(rest))).state).toEqual(rest);
});

test.each([
  ['no object', [], 'the file: '],
  ['another step', { ...state, trainer: { ...state.trainer, step: '2' } }, 'trainer.step: '],
  ['classes that are no names', { ...state, data: { ...state.data, classes: [1] } }, 'data.classes.0: '],
  [
    'no random streams',
    { ...state, trainer: { ...state.trainer, random: [{ name: 'x' }] } },
    'trainer.random.0.words: ',
  ],
])('a state with %s is a damaged checkpoint, told by file and place', async (_, content, place) => {
  const path = await written(content);
  await expect(readSession(path)).rejects.toMatchObject({
    code: 'CHECKPOINT_DAMAGED',
    message: expect.stringContaining(
      `${join(path, 'state.json')}: expected the state of a run, got ${place}`,
    ),
  });
});

test('what a generator is used with is all that its checkpoint has to hold', async () => {
  const handedOn = { trainer: { step: 2 }, loader: null, stabilizers: [], data: state.data };
  const folderOf = await written(handedOn);
  expect((await readTrained(folderOf)).state).toEqual(handedOn);
  await expect(readSession(folderOf)).rejects.toMatchObject({ code: 'CHECKPOINT_DAMAGED' });
  const other = await mkdtemp(join(tmpdir(), 'session-'));
  const nameless = await writeCheckpoint(other, 2, { tensorFiles: {}, state: { ...handedOn, data: {} } });
  await expect(readTrained(nameless)).rejects.toMatchObject({ code: 'CHECKPOINT_DAMAGED' });
  await rm(other, { recursive: true });
});
