import { nearest } from './nearest.js';

const known = ['channels', 'attention', 'latentSize', 'wasserstein', 'r1'];

test.each([
  ['chanels', 'channels'],
  ['Attention', 'attention'],
  ['latent_size', 'latentSize'],
  ['wass', 'wasserstein'],
  ['r2', 'r1'],
])('%s was probably %s', (typed, meant) => {
  expect(nearest(typed, known)).toBe(meant);
});

test.each(['momentum', 'xy', ''])('%p is close to nothing', (typed) => {
  expect(nearest(typed, known)).toBeNull();
});
