import { numberAt } from './scheduled.js';

describe('numberAt', () => {
  const at = (step: number, images = 0): { step: number; images: number } => ({ step, images });

  test('curves between their ends, which hold before and after', () => {
    expect(numberAt(3, at(7))).toBe(3);
    const linear = { from: 1, to: 3, over: 4, start: 2 };
    expect([0, 2, 3, 6, 9].map((step) => numberAt(linear, at(step)))).toEqual([1, 1, 1.5, 3, 3]);
    const exponential = { from: 1, to: 16, over: 4, curve: 'exponential' } as const;
    expect([0, 1, 2, 4].map((step) => numberAt(exponential, at(step)))).toEqual([1, 2, 4, 16]);
  });

  // cosine_decay_with_warmup of training/training_loop.py, brownvc/R3GAN at 19a7ddf, run in Python.
  test.each([
    [0, 2e-4],
    [512, 1.999999997574446e-4],
    [5e6, 1.7803300858899106e-4],
    [1e7, 1.25e-4],
    [1.9e7, 5.0923374455364665e-5],
    [2e7, 5e-5],
    [3e7, 5e-5],
  ])('a cosine over images, at %d', (images, expected) => {
    const rate = { from: 2e-4, to: 5e-5, over: 2e7, curve: 'cosine', unit: 'images' } as const;
    expect(Math.abs(numberAt(rate, at(1, images)) / expected - 1)).toBeLessThan(1e-9);
  });
});
