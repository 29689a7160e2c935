import { linearTicks, logTicks, placeOf, tickLabel } from './axis.js';
import type { Series } from './run-series.js';

export interface Line {
  readonly name: string;
  readonly colour: string;
  readonly series: Series;
}

export interface Panel {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly isLog?: boolean;
  /** Steps that something was said at. */
  readonly marks?: readonly number[];
  /** Names of the lines below the panel, for panels of few lines. */
  readonly hasLegend?: boolean;
  /** What to say, line by line, where there is nothing to draw. */
  readonly empty: readonly string[];
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const round = (value: number): string => String(Number(value.toFixed(2)));

/** Points that can be drawn; a NaN, or on a logarithmic axis a value that is not positive, breaks the line. */
function segmentsOf({ steps, values }: Series, isLog: boolean): [step: number, value: number][][] {
  const segments: [number, number][][] = [[]];
  steps.forEach((step, i) => {
    const value = values[i] ?? null;
    const previous = segments.at(-1)!.at(-1);
    // A run that was rolled back does steps again: its line begins anew there.
    if (previous && step < previous[0]) segments.push([]);
    if (value === null || (isLog && value <= 0)) segments.push([]);
    else segments.at(-1)!.push([step, value]);
  });
  return segments.filter((segment) => segment.length > 0);
}

/** One chart in a box of a figure, as SVG elements. */
export function panelSvg(
  { title, lines, isLog = false, marks = [], hasLegend = false, empty }: Panel,
  box: Box,
): string {
  const legend = hasLegend ? lines : [];
  const plot = {
    x: box.x + 48,
    y: box.y + 24,
    width: box.width - 60,
    height: box.height - 52 - 14 * legend.length,
  };
  const drawn = lines.map((line) => ({ ...line, segments: segmentsOf(line.series, isLog) }));
  const points = drawn.flatMap(({ segments }) => segments.flat());
  const heading = `<text x="${plot.x}" y="${box.y + 14}" font-weight="600">${escapeXml(title)}</text>`;
  if (points.length === 0) {
    const said = ['Nothing was recorded.', ...empty].map(
      (text, i) =>
        `<text x="${plot.x}" y="${plot.y + 18 + 15 * i}" font-size="10" fill="#777">${escapeXml(text)}</text>`,
    );
    return heading + said.join('');
  }
  const xs = points.map(([step]) => step);
  const ys = points.map(([, value]) => value);
  const xRange = [minimum(xs), maximum(xs)] as const;
  const [low, high] = [minimum(ys), maximum(ys)];
  const margin = isLog ? 1.05 : (high - low) * 0.05 || Math.abs(high) * 0.05 || 1;
  const yRange = isLog ? ([low / margin, high * margin] as const) : ([low - margin, high + margin] as const);
  const x = (step: number): number => plot.x + placeOf(step, xRange, false) * plot.width;
  const y = (value: number): number => plot.y + (1 - placeOf(value, yRange, isLog)) * plot.height;
  const grid = [
    ...(isLog ? logTicks(...yRange) : linearTicks(...yRange)).map(
      (tick) =>
        `<path d="M${plot.x} ${round(y(tick))}h${plot.width}" stroke="#e4e4e4"/><text x="${plot.x - 5}" y="${round(y(tick) + 4)}" text-anchor="end" fill="#555">${tickLabel(tick)}</text>`,
    ),
    ...linearTicks(...xRange, 4).map(
      (tick) =>
        `<path d="M${round(x(tick))} ${plot.y}v${plot.height}" stroke="#f1f1f1"/><text x="${round(x(tick))}" y="${plot.y + plot.height + 15}" text-anchor="middle" fill="#555">${tickLabel(tick)}</text>`,
    ),
  ];
  const said = marks
    .filter((step) => step >= xRange[0] && step <= xRange[1])
    .map(
      (step) =>
        `<path d="M${round(x(step))} ${plot.y}v${plot.height}" stroke="#c00" stroke-dasharray="3 3"/>`,
    );
  const curves = drawn.map(({ name, colour, segments }) => {
    const d = segments
      .map((segment) =>
        segment
          .map(([step, value], i) => `${i === 0 ? 'M' : 'L'}${round(x(step))} ${round(y(value))}`)
          .join(''),
      )
      .join('');
    return `<path d="${d}" fill="none" stroke="${colour}" stroke-width="1.3" stroke-linejoin="round" stroke-linecap="round"><title>${escapeXml(name)}</title></path>`;
  });
  const names = legend.map(({ name, colour }, i) => {
    const at = plot.y + plot.height + 32 + 14 * i;
    return `<path d="M${plot.x} ${at - 4}h18" stroke="${colour}" stroke-width="2"/><text x="${plot.x + 24}" y="${at}">${escapeXml(name)}</text>`;
  });
  return [heading, ...grid, ...said, ...curves, ...names].join('');
}

// Spreading a long run's points into Math.min would overflow the stack.
const minimum = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b), Infinity);
const maximum = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), -Infinity);
