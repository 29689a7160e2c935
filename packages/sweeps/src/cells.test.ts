import { sweepSchema, type SweepDocument } from './sweep-schema.js';
import { distinctTexts, expandCells, textOf } from './cells.js';

const cellsOf = (document: SweepDocument) => expandCells(sweepSchema.parse(document));

/** What each cell assigns, later groups over earlier ones. */
const assigned = (document: SweepDocument) =>
  cellsOf(document).map(({ name, layers }) => [
    name,
    Object.fromEntries(layers.flat().map(({ path, value }) => [path.join('.'), value])),
  ]);

test('a grid is every combination, the last axis fastest; joined keys change together', () => {
  expect(
    assigned({ grid: { batchSize: [16, 64], 'generator.channels,discriminator.channels': [8, 12, 16] } }),
  ).toEqual(
    [16, 64].flatMap((batchSize) =>
      [8, 12, 16].map((channels) => [
        `batchSize=${batchSize} channels=${channels}`,
        { batchSize, 'generator.channels': channels, 'discriminator.channels': channels },
      ]),
    ),
  );
});

test('rows add up, group by group; cells do not', () => {
  const rows = [
    { name: 'base', set: {} },
    { name: 'wide', set: { 'generator.channels': 16 } },
    { name: 'large', set: { batchSize: 64 } },
  ];
  expect(assigned({ rows })).toEqual([
    ['base', {}],
    ['wide', { 'generator.channels': 16 }],
    ['large', { 'generator.channels': 16, batchSize: 64 }],
  ]);
  expect(cellsOf({ rows })[2]!.layers.map((layer) => layer.length)).toEqual([0, 1, 1]);
  expect(assigned({ cells: rows })[2]).toEqual(['large', { batchSize: 64 }]);
});

test('without any of them there is one cell, the base', () => {
  expect(assigned({})).toEqual([['base', {}]]);
});

test('axes are named by the last part of their key, unless two end alike', () => {
  const names = (grid: Record<string, unknown[]>) => cellsOf({ grid }).map(({ name }) => name);
  expect(names({ 'ema.decay': [0.9] })).toEqual(['decay=0.9']);
  expect(names({ 'generator.channels': [1], 'discriminator.channels': [2] })).toEqual([
    'generator.channels=1 discriminator.channels=2',
  ]);
  expect(
    names({ regularizers: [[], [{ use: 'r1', gamma: 1 }], ['lecam']], 'generator.hierarchical': [true] }),
  ).toEqual([
    'regularizers=none hierarchical=yes',
    'regularizers=r1 hierarchical=yes',
    'regularizers=lecam hierarchical=yes',
  ]);
});

test('values in words; as JSON where words would be the same', () => {
  expect([null, undefined, true, 1e-4, 'x', [], ['a', { use: 'b' }], { use: 'c', d: 1 }].map(textOf)).toEqual(
    ['none', 'none', 'yes', '0.0001', 'x', 'none', 'a+b', 'c'],
  );
  expect(
    distinctTexts([
      { use: 'r1', gamma: 1 },
      { use: 'r1', gamma: 2 },
    ]),
  ).toEqual(['{"use":"r1","gamma":1}', '{"use":"r1","gamma":2}']);
  expect(distinctTexts([{ use: 'r1', gamma: 1 }, { use: 'r1', gamma: 1 }, { use: 'r2' }])).toEqual([
    'r1',
    'r1',
    'r2',
  ]);
});

test.each<[SweepDocument, string, string | undefined]>([
  [
    { grid: { a: [1] }, rows: [{ name: 'x' }] },
    'sweep: expected one of grid, cells and rows, got grid and rows',
    undefined,
  ],
  [{ grid: {} }, 'grid: expected one axis or more, got none', undefined],
  [{ cells: [{ name: 'x' }, { name: 'x' }] }, 'sweep: expected a name for each cell, got x twice', undefined],
  [{ grid: { 'a..b': [1] } }, 'cell b=1: expected keys joined by single dots, got a..b', undefined],
  [
    { cells: [{ name: 'x', set: { seed: 1 } }] },
    'cell x: expected a key that may differ between runs, got seed',
    'The seeds of every cell are those of `seeds`.',
  ],
])('%j is refused', (document, message, hint) => {
  expect(() => cellsOf(document)).toThrow(
    expect.objectContaining({ code: 'BAD_SWEEP', message, ...(hint !== undefined && { hint }) }),
  );
});
