import { z } from 'zod';
import { parseAs, parseJsonAs } from './parse-as.js';

const schema = z.object({ subject: z.object({ step: z.int() }) });
const damaged = (got: string): Error => new Error(`run.json: expected a run, got ${got}`);

test('good content comes back, its extra keys left out', () => {
  expect(parseJsonAs(schema, '{"subject": {"step": 3}, "more": 1}', damaged)).toEqual({
    subject: { step: 3 },
  });
});

test.each([
  ['{"subject": {"step": "3"}}', /^run\.json: expected a run, got subject\.step: .*expected number/],
  ['[]', /^run\.json: expected a run, got the file: .*expected object/],
  ['{"subject"', /^run\.json: expected a run, got .*JSON/],
])('%s is refused in words that name the place', (text, message) => {
  expect(() => parseJsonAs(schema, text, damaged)).toThrow(message);
});

test('another copy of a schema library does, where it answers in the same form', () => {
  const own = { safeParse: (content: unknown) => ({ success: true as const, data: String(content) }) };
  expect(parseAs(own, 5, damaged)).toBe('5');
});
