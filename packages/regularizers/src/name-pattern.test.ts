import { matchesPattern } from './name-pattern.js';

describe('matchesPattern', () => {
  test.each([
    ['blocks.0.embedding.weight', '*embed*', true],
    ['embed.weight', '*embed*', true],
    ['shared.weight', 'shared.*', true],
    ['blocks.shared.weight', 'shared.*', false],
    ['sharedXweight', 'shared.*', false],
    ['a.b', 'a.b', true],
    ['a.b.c', 'a.b', false],
    ['anything', '*', true],
    ['a+b', 'a+b', true],
    ['aab', 'a+b', false],
  ])('%s against %s: %s', (name, pattern, expected) => {
    expect(matchesPattern(name, pattern)).toBe(expected);
  });
});
