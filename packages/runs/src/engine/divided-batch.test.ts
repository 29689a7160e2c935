import { expectDividedBatch } from './divided-batch.js';

const backend = { name: 'pjrt', library: 'PJRT', threads: 2 };

test('a batch is a multiple of the devices', () => {
  const four = { ...backend, device: 'cuda:0-3', devices: 4 };
  expect(() => expectDividedBatch(64, four)).not.toThrow();
  expect(() => expectDividedBatch(50, four)).toThrow(
    expect.objectContaining({
      code: 'BATCH_NOT_DIVIDED',
      message: 'batchSize: expected a multiple of the 4 devices cuda:0-3, got 50',
      hint: 'Type --batch-size 48, or take fewer --devices.',
    }),
  );
  expect(() => expectDividedBatch(3, four)).toThrow(
    expect.objectContaining({ hint: expect.stringContaining('--batch-size 4,') }),
  );
});

test('any batch suits one device', () => {
  expect(() => expectDividedBatch(7, { ...backend, device: 'cpu' })).not.toThrow();
});
