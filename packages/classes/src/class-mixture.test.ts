import { mixtureRow, parseMixture } from './class-mixture.js';

test.each([
  ['circle,star:0.25', { circle: 0.75, star: 0.25 }],
  ['circle, star :1', { circle: 0, star: 1 }],
  ['"tench, Tinca tinca",7:0.5', { 'tench, Tinca tinca': 0.5, 7: 0.5 }],
  ['a:b,c:0.5', { 'a:b': 0.5, c: 0.5 }],
  ['star,star:0.3', { star: 1 }],
])('%s', (text, mixture) => {
  expect(parseMixture(text)).toEqual(mixture);
});

test.each(['circle', 'circle,star', 'circle:0.5', 'a,b,c:0.5', 'a,b:1.5', 'a,b:-1', 'a,b:', 'a,b:x', ''])(
  '%j is refused',
  (text) => {
    expect(() => parseMixture(text)).toThrow(expect.objectContaining({ code: 'BAD_MIXTURE' }));
  },
);

test('a row has the shares in the places of the classes, by name before number', () => {
  const names = ['circle', '2', 'star'];
  expect([...mixtureRow({ star: 0.25, circle: 0.75 }, names)]).toEqual([0.75, 0, 0.25]);
  expect([...mixtureRow({ 2: 0.5, 0: 0.5 }, names)]).toEqual([0.5, 0.5, 0]);
  expect([...mixtureRow({ star: 0.5, 2: 0.25, circle: 0.25 }, names)]).toEqual([0.25, 0.25, 0.5]);
  expect(() => mixtureRow({ moon: 1 }, names)).toThrow(expect.objectContaining({ code: 'UNKNOWN_CLASS' }));
  expect(() => mixtureRow({ star: NaN }, names)).toThrow(expect.objectContaining({ code: 'BAD_MIXTURE' }));
  expect(() => mixtureRow({}, names)).toThrow(expect.objectContaining({ code: 'BAD_MIXTURE' }));
});
