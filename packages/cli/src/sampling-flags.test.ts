import type { parseAssignment as Parse } from '@ganymede/toolkit';
import { samplerOf } from './sampling-flags.js';

let parseAssignment: typeof Parse;
beforeAll(async () => {
  ({ parseAssignment } = await import('@ganymede/toolkit'));
});

test('a sampler is an id, or a component with its options', () => {
  expect(samplerOf(undefined, parseAssignment)).toEqual({});
  expect(samplerOf('drs', parseAssignment)).toEqual({ sampler: { use: 'drs' } });
  expect(samplerOf('{ use: drs, percentile: null, burnIn: 50 }', parseAssignment)).toEqual({
    sampler: { use: 'drs', percentile: null, burnIn: 50 },
  });
});

test.each(['', '3', '[drs]', '{ percentile: 80 }', '{ use: 3 }', '{ use: drs'])('%j is refused', (text) => {
  expect(() => samplerOf(text, parseAssignment)).toThrow(
    expect.objectContaining({
      code: 'BAD_ARGUMENTS',
      message: expect.stringMatching(/^--sampler: expected an id, or options with `use` in YAML, got /),
    }),
  );
});
