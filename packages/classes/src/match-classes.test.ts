import fc from 'fast-check';
import { isSameClasses, matchClasses } from './match-classes.js';

const named = (...names: string[]) => ({ count: names.length, names });

test('classes are matched by name, wherever they stand', () => {
  const match = matchClasses(named('cat', 'dog', 'owl'), ['owl', 'bee', 'cat', 'ant']);
  expect(match).toEqual({
    sourceCount: 3,
    from: [2, null, 0, null],
    missing: ['dog'],
    leftOver: ['bee', 'ant'],
    byName: true,
  });
  expect(isSameClasses(match)).toBe(false);
  expect(isSameClasses(matchClasses(named('a', 'b'), ['a', 'b']))).toBe(true);
  expect(isSameClasses(matchClasses(named('a', 'b'), ['b', 'a']))).toBe(false);
});

test('without names as many classes are the same ones, others new', () => {
  expect(matchClasses({ count: 2, names: null }, ['x', 'y'])).toMatchObject({ from: [0, 1], byName: false });
  expect(matchClasses({ count: 1000, names: null }, ['x', 'y'])).toMatchObject({
    sourceCount: 1000,
    from: [null, null],
    leftOver: ['x', 'y'],
  });
});

test('one class is one class, whatever the folder is called', () => {
  const match = matchClasses(named('photos'), ['samples']);
  expect(match).toMatchObject({ from: [0], missing: [], leftOver: [], byName: false });
});

test('é is é, however a disk writes it; case and blanks tell classes apart', () => {
  const [composed, decomposed] = ['caf\u00e9', 'cafe\u0301'];
  expect(matchClasses(named(composed, 'tea'), ['tea', decomposed]).from).toEqual([1, 0]);
  // Both forms in one list are two classes there.
  expect(matchClasses(named(composed, decomposed), [decomposed, composed]).from).toEqual([1, 0]);
  expect(matchClasses(named(composed, decomposed), [composed, 'tea'])).toMatchObject({
    missing: [decomposed],
  });
  expect(matchClasses(named('Cat', 'dog'), ['cat', 'dog ']).from).toEqual([null, null]);
});

test('names that a list has twice decide nothing, but where the lists are equal', () => {
  const cranes = ['crane', 'crane', 'heron'];
  expect(isSameClasses(matchClasses(named(...cranes), cranes))).toBe(true);
  expect(matchClasses(named(...cranes), ['heron', 'crane', 'crane'])).toMatchObject({
    from: [2, null, null],
    missing: ['crane', 'crane'],
    leftOver: ['crane', 'crane'],
  });
});

test('any two lists: a place is that of the same name, is taken once, and the rest is named', () => {
  const name = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 5 }),
    fc.constantFrom('__proto__', 'constructor', 'caf\u00e9', 'cafe\u0301', '0', '1', ' a', 'a', 'A', ','),
  );
  fc.assert(
    fc.property(fc.array(name, { minLength: 2 }), fc.array(name, { minLength: 2 }), (ours, theirs) => {
      const { from, missing, leftOver } = matchClasses(named(...ours), theirs);
      const places = from.filter((place) => place !== null);
      expect(new Set(places).size).toBe(places.length);
      from.forEach((place, i) => {
        if (place !== null) expect(ours[place]!.normalize('NFC')).toBe(theirs[i]!.normalize('NFC'));
      });
      expect(missing).toHaveLength(ours.length - places.length);
      expect(leftOver).toEqual(theirs.filter((_, i) => from[i] === null));
      // A name that both have once has a partner.
      const once = (list: string[], one: string) => list.filter((other) => other === one).length === 1;
      theirs.forEach((one, i) => {
        if (once(ours, one) && once(theirs, one)) expect(from[i]).toBe(ours.indexOf(one));
      });
    }),
    { numRuns: 1000 },
  );
});
