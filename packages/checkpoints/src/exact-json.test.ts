import { parseExact, stringifyExact } from './exact-json.js';

describe('exact JSON', () => {
  it('gives back what plain JSON loses', () => {
    const state = {
      loss: NaN,
      best: -Infinity,
      worst: Infinity,
      zero: -0,
      tiny: 5e-324,
      third: 1 / 3,
      list: [NaN, null, 'NaN', { deep: [true, -0] }],
    };
    const back = parseExact(stringifyExact(state)) as typeof state;
    expect(back).toStrictEqual(state);
    expect(Object.is(back.zero, -0)).toBe(true);
  });

  it('leaves out undefined properties, as JSON does', () => {
    expect(parseExact(stringifyExact({ a: undefined, b: 1 }))).toStrictEqual({ b: 1 });
  });

  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;
  it.each<[string, unknown, RegExp]>([
    [
      'a typed array',
      { moments: [{ m: new Float32Array(2) }] },
      /^state\.moments\[0\]\.m: .* got a Float32Array$/,
    ],
    ['a map', { a: new Map() }, /^state\.a: .* got a Map$/],
    ['a bigint', { a: 1n }, /got a bigint/],
    ['a function', { a: () => 1 }, /got a function/],
    ['undefined in a list', [undefined], /^state\[0\]: .* got undefined/],
    ['a hole in a list', new Array(1), /^state\[0\]: .* got undefined/],
    ['nothing', undefined, /^state: .* got undefined/],
    ['the reserved key', { $number: 'NaN' }, /reserved key/],
    ['a cycle', cycle, /a cycle/],
  ])('refuses %s and says where', (_, state, message) => {
    expect(() => stringifyExact(state)).toThrow(message);
    expect(() => stringifyExact(state)).toThrow(expect.objectContaining({ code: 'BAD_STATE' }));
  });
});
