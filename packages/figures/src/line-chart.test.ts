import { svgPlot } from './line-chart.js';

const panel = (points: readonly { x: number; y: number; label?: string; spread?: number }[], name = 'a') => ({
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

test('a caption stands below everything else, inside of the figure', () => {
  const panels = [panel([{ x: 1, y: 1 }], 'a'), panel([{ x: 1, y: 2 }], 'b')];
  const heightOf = (svg: string): number => Number(/height="(\d+)"/.exec(svg)![1]);
  const svg = svgPlot(panels, 2, ['of 10 images', 'by <x>']);
  const lines = [...svg.matchAll(/<text x="\d+" y="(\d+)" fill="#555">([^<]*)</g)];
  expect(lines.map(([, , text]) => text)).toEqual(['of 10 images', 'by &#60;x&#62;']);
  for (const [, y] of lines) {
    expect(Number(y)).toBeGreaterThan(heightOf(svgPlot(panels, 2)));
    expect(Number(y)).toBeLessThan(heightOf(svg));
  }
});

test('names are text, not markup', () => {
  const svg = svgPlot([panel([{ x: 1, y: 1, label: '<b>' }], 'a & b'), panel([{ x: 1, y: 2 }], 'c')]);
  expect(svg).not.toContain('<b>');
  expect(svg).toContain('a &#38; b');
  expect(svg.match(/<svg/g)).toHaveLength(1);
});

test('a spread is a bar around its point, and makes room for itself', () => {
  const svg = svgPlot([
    panel([
      { x: 1, y: 10, spread: 30 },
      { x: 2, y: 20 },
    ]),
  ]);
  const [, x, top, bottom] = svg.match(/<path d="M([\d.]+) ([\d.]+)V([\d.]+)M/)!.map(Number);
  const [[cx, cy]] = dots(svg) as [number[]];
  expect(x).toBe(cx);
  expect((top! + bottom!) / 2).toBeCloseTo(cy!, 0);
  expect(Math.min(top!, bottom!)).toBeGreaterThanOrEqual(36);
  expect(Math.max(top!, bottom!)).toBeLessThanOrEqual(312);
});

test('categories stand evenly below the axis, long ones shortened', () => {
  const names = ['first', 'a name that is far too long to fit', 'third'];
  const svg = svgPlot([{ ...panel([0, 1, 2].map((x) => ({ x, y: x }))), categories: names }]);
  const [first, second, third] = dots(svg).map(([x]) => x) as [number, number, number];
  expect(second - first).toBeCloseTo(third - second, 0);
  expect(first).toBeGreaterThan(64);
  expect(third).toBeLessThan(440);
  expect(svg).toContain('>first</text>');
  expect(svg).toContain('>a name that is far to…</text>');
});

test('panels go on in a new row', () => {
  const svg = svgPlot([panel([{ x: 1, y: 1 }]), panel([{ x: 1, y: 1 }]), panel([{ x: 1, y: 1 }])], 2);
  expect(svg).toContain('viewBox="0 0 920 720"');
  expect(
    [...svg.matchAll(/<g transform="translate\((\d+),(\d+)\)"><text/g)].map(([, x, y]) => `${x} ${y}`),
  ).toEqual(['0 0', '460 0', '0 360']);
});

test('steps go across, then up; lines have no dots; names that do not fit beside each other are below', () => {
  const points = [
    { x: 0, y: 1 },
    { x: 1, y: 3 },
  ];
  const panel = (style: 'steps' | 'line') =>
    svgPlot([
      {
        title: 't',
        xLabel: 'x',
        yLabel: 'y',
        series: ['a', 'b', 'c'].map((name) => ({ name, style, points })),
      },
    ]);
  expect(panel('steps')).toMatch(/d="M64 [\d.]+H440V36"/);
  expect(panel('steps')).toMatch(/Z" fill="#0072b2" fill-opacity/);
  expect(panel('line')).toMatch(/d="M64 [\d.]+L440 36"/);
  expect(panel('line')).not.toContain('<circle');
  const places = [...panel('line').matchAll(/translate\((\d+),(\d+)\)"><rect width="12"/g)];
  expect(places.map(([, x, y]) => [Number(x), Number(y)])).toEqual([
    [64, 368],
    [254, 368],
    [64, 384],
  ]);
});

test.each([
  [
    [0.99981, 0.99984],
    ['0.99981', '0.999815', '0.99982', '0.999825', '0.99983', '0.999835', '0.99984'],
  ],
  [
    [-2e-7, 1e-7],
    ['-2e-7', '-1.5e-7', '-1e-7', '-5e-8', '0', '5e-8', '1e-7'],
  ],
  [
    [98, 1204],
    ['0', '200', '400', '600', '800', '1000', '1200', '1400'],
  ],
  [
    [1234567, 1234570],
    ['1234567', '1234567.5', '1234568', '1234568.5', '1234569', '1234569.5', '1234570'],
  ],
])('ticks of %j are told apart', ([low, high], expected) => {
  const svg = svgPlot([
    panel([
      { x: 0, y: low! },
      { x: 1, y: high! },
    ]),
  ]);
  const labels = [...svg.matchAll(/text-anchor="end">([^<]*)</g)].map(([, text]) => text);
  expect(labels).toEqual(expected);
});
