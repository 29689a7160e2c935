import { recordOf } from './record-of.js';

test('a name that every object has is an entry where it was given, and undefined where not', () => {
  const record = recordOf([
    ['__proto__', 1],
    ['constructor', 2],
  ]);
  expect(Object.entries(record)).toEqual([
    ['__proto__', 1],
    ['constructor', 2],
  ]);
  expect(record['toString']).toBeUndefined();
  expect('hasOwnProperty' in record).toBe(false);
  record['__proto__'] = 3;
  expect(JSON.stringify(record)).toBe('{"__proto__":3,"constructor":2}');
  expect({}.constructor).toBe(Object);
});
