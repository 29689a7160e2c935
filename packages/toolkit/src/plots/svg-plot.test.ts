import { svgPlot } from './svg-plot.js';

const panel = (points: readonly { x: number; y: number; label?: string }[], name = 'a') => ({
  title: 'T',
  xLabel: 'x',
  yLabel: 'y',
  series: [{ name, points }],
});

/** Centers of the dots, in the order drawn. */
const dots = (svg: string): number[][] =>
  [...svg.matchAll(/<circle cx="([\d.-]+)" cy="([\d.-]+)"/g)].map(([, x, y]) => [Number(x), Number(y)]);

test('larger x lies to the right, larger y above, inside of the panel', () => {
  const placed = dots(
    svgPlot([
      panel([
        { x: 1, y: 10 },
        { x: 2, y: 30 },
        { x: 4, y: 20 },
      ]),
    ]),
  );
  const [first, second, third] = placed as [number[], number[], number[]];
  expect(first[0]! < second[0]! && second[0]! < third[0]!).toBe(true);
  expect(second[1]! < third[1]! && third[1]! < first[1]!).toBe(true);
  expect((third[0]! - second[0]!) / (second[0]! - first[0]!)).toBeCloseTo(2, 1);
  for (const [x, y] of placed) {
    expect(x! >= 64 && x! <= 440).toBe(true);
    expect(y! >= 36 && y! <= 312).toBe(true);
  }
});

test('numbers that are none are left out, and one point is enough', () => {
  expect(
    dots(
      svgPlot([
        panel([
          { x: Number.NaN, y: 1 },
          { x: 3, y: 3 },
        ]),
      ]),
    ),
  ).toHaveLength(1);
  expect(svgPlot([panel([])])).toContain('no numbers');
});

test('names are text, not markup', () => {
  const svg = svgPlot([panel([{ x: 1, y: 1, label: '<b>' }], 'a & b'), panel([{ x: 1, y: 2 }], 'c')]);
  expect(svg).not.toContain('<b>');
  expect(svg).toContain('a &#38; b');
  expect(svg.match(/<svg/g)).toHaveLength(1);
});
