import { RandomStream } from '@ganymede/core';
import { classAxis, fitClasses } from './fit-classes.js';
import { matchClasses } from '@ganymede/classes';

const random = (): RandomStream => RandomStream.create(0, 'rows');
const match = matchClasses({ count: 3, names: ['a', 'b', 'c'] }, ['c', 'new', 'a', 'b']);

test('the axis of classes is the one that differs as their numbers do', () => {
  expect(classAxis([3, 5], 3, [4, 5], 4)).toBe(0);
  expect(classAxis([1, 3], 3, [1, 4], 4)).toBe(1);
  // One-hot classes and a latent of two on one axis.
  expect(classAxis([5, 8], 3, [6, 8], 4)).toBe(0);
  expect(classAxis([3, 5], 3, [3, 5], 4)).toBeNull();
  expect(classAxis([3, 5], 3, [4, 6], 4)).toBeNull();
  expect(classAxis([3, 3, 16, 8], 3, [3, 3, 16, 9], 4)).toBe(3);
  // An axis too short to hold the classes is something else.
  expect(classAxis([2, 5], 3, [3, 5], 4)).toBeNull();
  expect(classAxis([4], 3, [4, 1], 4)).toBeNull();
  expect(classAxis([3], 3, [4], 4)).toBeNull();
});

test('rows move with their classes; new ones are drawn about the old ones', () => {
  const data = Float32Array.from([1, 10, 2, 10, 3, 10]); // classes a, b, c of two features, the second constant
  const { shape, data: fitted } = fitClasses({ shape: [3, 2], data }, 0, match, 'drawn', random());
  expect(shape).toEqual([4, 2]);
  expect([...fitted.slice(0, 2)]).toEqual([3, 10]);
  expect([...fitted.slice(4)]).toEqual([1, 10, 2, 10]);
  expect(fitted[3]).toBe(10);
  const deviation = Math.sqrt(2 / 3);
  expect(fitted[2]).toBeCloseTo(2 + deviation * random().nextNormal(), 5);
});

test('a new row is the mean or zero where moments ask for it', () => {
  const tensor = { shape: [3, 2], data: Float32Array.from([1, 4, 2, 5, 6, 6]) };
  expect([...fitClasses(tensor, 0, match, 'mean', random()).data.slice(2, 4)]).toEqual([3, 5]);
  expect([...fitClasses(tensor, 0, match, 'zero', random()).data.slice(2, 4)]).toEqual([0, 0]);
});

test('rows may lie on the last axis, and what follows the classes stays at the end', () => {
  const tensor = { shape: [2, 4], data: Float32Array.from([1, 2, 3, 9, 4, 5, 6, 8]) };
  expect([...fitClasses(tensor, 1, match, 'zero', random()).data]).toEqual([3, 0, 1, 2, 9, 6, 0, 4, 5, 8]);
});

test('fewer classes leave the others out', () => {
  const fewer = matchClasses({ count: 3, names: ['a', 'b', 'c'] }, ['b']);
  const tensor = { shape: [3, 1], data: Float32Array.from([1, 2, 3]) };
  expect(fitClasses(tensor, 0, fewer, 'drawn', random())).toEqual({
    shape: [1, 1],
    data: Float32Array.of(2),
  });
});
