import { acrossImagesNote } from './across-images.js';
import type { TrainingSession } from './training-session.js';

const session = (across: boolean): Pick<TrainingSession, 'config' | 'recipe'> =>
  ({
    config: {
      loss: { use: 'relativistic-average' },
      regularizers: [{ use: 'r1' }, { use: 'dragan' }],
    },
    recipe: {
      batchSize: 32,
      loss: { acrossImages: across },
      regularizers: [{}, { acrossImages: across }],
      objectives: [
        { name: 'apa', objective: {} },
        { name: 'top-k', objective: { acrossImages: across } },
      ],
    },
  }) as unknown as TrainingSession;

test('names what several processes train otherwise than one does', () => {
  expect(acrossImagesNote(session(true), 4)).toBe(
    'relativistic-average, dragan, top-k look across the images of a batch: in each of the 4 processes across their own ' +
      '8 of 32, which trains otherwise than one process does',
  );
});

test('says nothing where there is nothing to say', () => {
  expect(acrossImagesNote(session(true), 1)).toBeNull();
  expect(acrossImagesNote(session(false), 4)).toBeNull();
});
