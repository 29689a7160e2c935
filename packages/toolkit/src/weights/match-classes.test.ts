import { isSameClasses, matchClasses } from './match-classes.js';

test('classes are matched by name', () => {
  const match = matchClasses({ count: 3, names: ['cat', 'dog', 'owl'] }, ['owl', 'bee', 'cat', 'ant']);
  expect(match).toEqual({
    sourceCount: 3,
    from: [2, null, 0, null],
    note: "2 of the data's 4 classes are among the 3 of the weights, 2 are new",
  });
  expect(isSameClasses(match)).toBe(false);
  expect(isSameClasses(matchClasses({ count: 2, names: ['a', 'b'] }, ['a', 'b']))).toBe(true);
  expect(isSameClasses(matchClasses({ count: 2, names: ['a', 'b'] }, ['b', 'a']))).toBe(false);
});

test('without names as many classes are the same ones, others new', () => {
  expect(matchClasses({ count: 2, names: null }, ['x', 'y'])).toMatchObject({
    from: [0, 1],
    note: expect.stringContaining('taken to be'),
  });
  expect(matchClasses({ count: 1000, names: null }, ['x', 'y'])).toMatchObject({
    sourceCount: 1000,
    from: [null, null],
    note: expect.stringContaining('all new'),
  });
});
