import { splitBatch } from './split-batch.js';

// biggan-512: 64 micro-batches of 32.
test.each([
  [1, { batchSize: 32, accumulation: 64, imagesEach: 32 }],
  [2, { batchSize: 64, accumulation: 32, imagesEach: 32 }],
  [64, { batchSize: 2048, accumulation: 1, imagesEach: 32 }],
  [512, { batchSize: 2048, accumulation: 1, imagesEach: 4 }],
  [2048, { batchSize: 2048, accumulation: 1, imagesEach: 1 }],
])('2048 images on %d', (workers, split) => {
  expect(splitBatch({ batchSize: 32, accumulation: 64 }, workers)).toEqual(split);
});

test('micro-batches make up each part exactly', () => {
  // 75 images each, of which 50 at once do not divide them.
  expect(splitBatch({ batchSize: 50, accumulation: 3 }, 2)).toEqual({
    batchSize: 50,
    accumulation: 3,
    imagesEach: 25,
  });
});

test('what has no equal parts says which batch has', () => {
  expect(splitBatch({ batchSize: 50, accumulation: 1 }, 4)).toBe(
    'a batch of 50 has no 4 equal parts, 48 and 52 have',
  );
  expect(splitBatch({ batchSize: 50, accumulation: 1 }, 64)).toBe(
    'a batch of 50 has less than one image for each',
  );
});
