import { heldBytes, memoryAt } from './memory.js';

const network = (parameters: number) => ({ weights: [parameters], normalized: [], parameters });
const sizes = { generator: network(100), discriminator: network(300), penalties: [], stateBytes: 5000 };

test('a process holds its state and the gradients of the larger network', () => {
  expect(heldBytes(sizes, 1, 1)).toBe(5000 + 1200);
  expect(heldBytes(sizes, 1, 2)).toBe(5000 + 2400);
  expect(heldBytes(sizes, 8, 2)).toBe(5000 + 2400 + 1600);
});

test('from two sizes its images are told apart, from one what it holds', () => {
  const seen = [
    { images: 10, value: 3000 },
    { images: 20, value: 5000 },
  ];
  expect(memoryAt(seen, 5, 100)).toBe(2000);
  expect(memoryAt(seen, 5, 2500)).toBe(2500);
  expect(memoryAt(seen.slice(1), 10, 1000)).toBe(3000);
  expect(memoryAt(seen.slice(1), 10, 6000)).toBe(6000);
});
