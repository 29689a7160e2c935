import { isGanymedeError } from '@ganymede/core';
import fc from 'fast-check';
import { parseClassList } from './class-list.js';
import { formatClassList } from './format-class-list.js';
import { chosenClasses, resolveClass, resolveClasses } from './resolve-classes.js';

const names = [
  'tench, Tinca tinca',
  'goldfish',
  ' led by a blank',
  '7',
  'say "hi"',
  'caf\u00e9',
  ',',
  'last',
];

test.each([
  ['the name itself, comma and all', ['tench, Tinca tinca'], [0]],
  ['several times', ['tench, Tinca tinca', 'goldfish'], [0, 1]],
  ['a list', ['goldfish,last'], [1, 7]],
  ['blanks around entries', [' goldfish , last '], [1, 7]],
  ['quotes in a list', ['"tench, Tinca tinca",goldfish'], [0, 1]],
  ['quotes inside quotes', ['"say ""hi""",goldfish'], [4, 1]],
  ['blanks inside quotes', ['" led by a blank",goldfish'], [2, 1]],
  ['numbers', ['0,5'], [0, 5]],
  ['a name of digits before a number', ['7'], [3]],
  ['the decomposed form', ['cafe\u0301'], [5]],
  ['a comma', [','], [6]],
])('%s', (_, wanted, labels) => {
  expect(resolveClasses(wanted, names)).toEqual(labels);
});

test.each([
  ['', 'BAD_CLASS_LIST', 'an empty name in ""'],
  ['goldfish,,last', 'BAD_CLASS_LIST', 'an empty name'],
  ['goldfish,', 'BAD_CLASS_LIST', 'an empty name'],
  ['  ', 'BAD_CLASS_LIST', 'an empty name'],
  ['goldfish,""', 'BAD_CLASS_LIST', 'an empty name'],
  ['"tench, Tinca', 'BAD_CLASS_LIST', 'a quote that is not closed'],
  ['goldfsh', 'UNKNOWN_CLASS', 'got goldfsh'],
  ['8', 'UNKNOWN_CLASS', 'got 8'],
  ['-1', 'UNKNOWN_CLASS', 'got -1'],
  ['1e0', 'UNKNOWN_CLASS', 'got 1e0'],
  ['"0"', 'UNKNOWN_CLASS', 'got 0'],
  ['__proto__', 'UNKNOWN_CLASS', 'got __proto__'],
])('%j is no list of classes', (text, code, message) => {
  expect(() => resolveClasses([text], names)).toThrow(
    expect.objectContaining({ code, kind: 'usage', message: expect.stringContaining(message) }),
  );
});

test('a name that two classes have is refused; a list without any as well', () => {
  expect(() => resolveClasses(['crane'], ['crane', 'heron', 'crane'])).toThrow(
    expect.objectContaining({ code: 'AMBIGUOUS_CLASS' }),
  );
  expect(() => chosenClasses([], names)).toThrow(expect.objectContaining({ code: 'BAD_CLASS_LIST' }));
  expect(chosenClasses(undefined, ['a', 'b'])).toEqual([0, 1]);
});

test('one class keeps its commas', () => {
  expect(resolveClass('tench, Tinca tinca', names)).toBe(0);
  expect(resolveClass('1', names)).toBe(1);
  expect(() => resolveClass('goldfish,last', names)).toThrow(
    expect.objectContaining({ code: 'UNKNOWN_CLASS' }),
  );
});

/** Names in any script, with whatever lists and JavaScript treat as special. */
const name = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }),
  fc.string({ unit: fc.constantFrom('"', ',', ' ', '\n', 'a', '\u0301', '0'), minLength: 1, maxLength: 6 }),
  fc.constantFrom('__proto__', 'constructor', 'toString', '..', '0', '00', '\ufeff'),
);

test('what is written is read: any names', () => {
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 6 }), (list) => {
      expect(parseClassList(formatClassList(list)).map(({ text }) => text)).toEqual(list);
    }),
    { numRuns: 1000 },
  );
});

test('every class of a list is found by its name, alone and in a list', () => {
  const distinct = fc.uniqueArray(name, {
    selector: (one) => one.normalize('NFC'),
    minLength: 1,
    maxLength: 8,
  });
  fc.assert(
    fc.property(distinct, (list) => {
      const labels = list.map((_, i) => i);
      expect(resolveClasses(list, list)).toEqual(labels);
      // A list whose text is the name of a class is that class.
      const written = formatClassList(list);
      if (!list.includes(written)) expect(resolveClasses([written], list)).toEqual(labels);
    }),
    { numRuns: 1000 },
  );
});

test('any text gives labels or an error that says why', () => {
  fc.assert(
    fc.property(
      fc.array(name, { minLength: 1 }),
      fc.string({ unit: 'binary', maxLength: 12 }),
      (list, text) => {
        try {
          for (const label of resolveClasses([text], list)) expect(list[label]).toBeDefined();
        } catch (error) {
          expect(isGanymedeError(error)).toBe(true);
        }
      },
    ),
    { numRuns: 1000 },
  );
});
