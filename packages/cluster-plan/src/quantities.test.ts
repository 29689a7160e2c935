import { parseBytes, parsePoint, parseRate, parseSeconds, parseWorkerCounts } from './quantities.js';

test.each([
  ['50us', 50e-6],
  ['50 µs', 50e-6],
  ['1.5ms', 1.5e-3],
  ['60s', 60],
  ['2min', 120],
  ['1000h', 3.6e6],
  ['30d', 2_592_000],
  ['1e3ns', 1e-6],
])('%s is a duration', (text, seconds) => {
  expect(parseSeconds('--latency', text)).toBeCloseTo(seconds, 12);
});

test.each([
  ['10Gbit', 1.25e9],
  ['10Gbit/s', 1.25e9],
  ['100 Mbit', 12.5e6],
  ['500MB', 5e8],
  ['500MB/s', 5e8],
  ['1GiB', 2 ** 30],
])('%s is a rate', (text, bytes) => {
  expect(parseRate('--bandwidth', text)).toBeCloseTo(bytes, 3);
});

test.each([
  ['110kB', 110e3],
  ['24GB', 24e9],
  ['24GiB', 24 * 2 ** 30],
  ['12B', 12],
])('%s is a size', (text, bytes) => {
  expect(parseBytes('--memory', text)).toBe(bytes);
});

test.each([
  [parseSeconds, '50'],
  [parseSeconds, '0s'],
  [parseSeconds, '-1s'],
  [parseSeconds, '5 fortnights'],
  [parseSeconds, ''],
  [parseSeconds, '1e999s'],
  // A bit or a byte: nobody can tell.
  [parseRate, '10Gb'],
  [parseRate, '10G'],
  [parseRate, '10Kibit'],
  [parseBytes, '10Gbit'],
  [parseBytes, 'NaNB'],
  [parseBytes, '1iB'],
])('%p refuses %p and says what it takes', (parse, text) => {
  expect(() => parse('--flag', text)).toThrow(
    expect.objectContaining({
      code: 'BAD_QUANTITY',
      message: expect.stringMatching(/^--flag: expected a \w+ such as .*, got /),
      hint: expect.stringContaining('Mbit'),
    }),
  );
});

test('a point is a value at images', () => {
  expect(parsePoint('--step', '1.9s@256', parseSeconds)).toEqual({ images: 256, value: 1.9 });
  expect(parsePoint('--memory', '24GB@32', parseBytes)).toEqual({ images: 32, value: 24e9 });
  for (const text of ['1.9s', '1.9s@', '1.9s@0', '1.9s@2.5', '@4', '1.9@4'])
    expect(() => parsePoint('--step', text, parseSeconds)).toThrow(/^--step: expected .*, got /);
});

test('counts come one by one and in doublings, each once, ascending', () => {
  expect(parseWorkerCounts('4,1,2,2')).toEqual([1, 2, 4]);
  expect(parseWorkerCounts('1..512')).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512]);
  expect(parseWorkerCounts('3..20, 1')).toEqual([1, 3, 6, 12, 20]);
});

test.each(['', '0', '1,', '-2', '1.5', 'a', '4..2', '1..2..3', '1..', '65537'])('%p is refused', (text) => {
  expect(() => parseWorkerCounts(text)).toThrow(expect.objectContaining({ code: 'BAD_CLUSTER_INPUT' }));
});
