import { z } from 'zod';
import { optionProblems } from './problems.js';

const schema = z.strictObject({
  count: z.int().min(1),
  kind: z.enum(['a', 'b']),
  flag: z.boolean(),
  rate: z.number().positive().lt(1),
  items: z.array(z.strictObject({ size: z.number() })).min(1),
  nested: z.strictObject({ depth: z.number().default(1) }).prefault({}),
  rise: z.union([z.number(), z.strictObject({ from: z.number(), to: z.number() })]).default(1),
  colour: z.string().regex(/^#/, 'expected #rrggbb'),
});
const good = {
  count: 1,
  kind: 'a',
  flag: true,
  rate: 0.5,
  items: [{ size: 1 }],
  nested: {},
  colour: '#fff',
};

test.each([
  ['count', { count: 1.5 }, 'an integer', '1.5'],
  ['count', { count: 0 }, 'a number greater than or equal to 1', '0'],
  ['count', { count: undefined }, 'a number', 'nothing'],
  ['kind', { kind: 'c' }, 'one of "a", "b"', '"c"'],
  ['flag', { flag: 'yes' }, 'true or false', '"yes"'],
  ['rate', { rate: 1 }, 'a number less than 1', '1'],
  ['rate', { rate: -1 }, 'a number greater than 0', '-1'],
  ['items', { items: {} }, 'a list', '{}'],
  ['items', { items: [] }, '1 or more items', '[]'],
  ['items.0.size', { items: [{ size: 'big' }] }, 'a number', '"big"'],
  ['rise', { rise: 'NaN' }, 'a number or a mapping', '"NaN"'],
  ['rise.to', { rise: { from: 1, to: 'x' } }, 'a number', '"x"'],
  ['colour', { colour: 'red' }, '#rrggbb', '"red"'],
])('%s %j', (path, change, expected, got) => {
  const input = { ...good, ...change };
  const { error } = schema.safeParse(input);
  expect(optionProblems(schema, error!, input, 'root')).toEqual([{ path: `root.${path}`, expected, got }]);
});

test('unknown options at any depth name the nearest one there', () => {
  const input = { ...good, nested: { dept: 1 }, items: [{ size: 1, sise: 2 }] };
  const { error } = schema.safeParse(input);
  expect(optionProblems(schema, error!, input, '')).toEqual([
    { path: 'items.0.sise', expected: 'an option of size', got: 'sise', hint: 'Did you mean size?' },
    { path: 'nested.dept', expected: 'an option of depth', got: 'dept', hint: 'Did you mean depth?' },
  ]);
});
