/** One line of points, in the order that they are joined. */
export interface PlotSeries {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number; readonly label?: string }[];
}

export interface PlotPanel {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly series: readonly PlotSeries[];
}

const panelWidth = 460;
const panelHeight = 360;
const margin = { left: 64, right: 20, top: 36, bottom: 48 };
/** Okabe and Ito's colors, which color-blind readers tell apart. */
const colors = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'];

/**
 * Panels side by side as one SVG without scripts or fonts of its own. Points that are not finite are left out; a panel
 * without any says so.
 */
export function svgPlot(panels: readonly PlotPanel[]): string {
  const names = [...new Set(panels.flatMap(({ series }) => series.map(({ name }) => name)))];
  const width = panelWidth * panels.length;
  const height = panelHeight + (names.length > 1 ? 24 : 0);
  const legend =
    names.length > 1
      ? names.map(
          (name, i) =>
            `<g transform="translate(${margin.left + i * 180},${panelHeight + 8})"><rect width="12" height="4" y="2" fill="${colorOf(names, name)}"/><text x="18" y="8">${escapeText(name)}</text></g>`,
        )
      : [];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...panels.map(
      (panel, i) => `<g transform="translate(${i * panelWidth},0)">${drawPanel(panel, names)}</g>`,
    ),
    ...legend,
    '</svg>\n',
  ].join('\n');
}

const colorOf = (names: readonly string[], name: string): string =>
  colors[names.indexOf(name) % colors.length]!;

function drawPanel({ title, xLabel, yLabel, series }: PlotPanel, names: readonly string[]): string {
  const finite = series.map(({ name, points }) => ({
    name,
    points: points.filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y)),
  }));
  const all = finite.flatMap(({ points }) => points);
  const head = `<text x="${panelWidth / 2}" y="20" text-anchor="middle" font-size="13">${escapeText(title)}</text>`;
  if (all.length === 0) {
    return `${head}<text x="${panelWidth / 2}" y="${panelHeight / 2}" text-anchor="middle">no numbers</text>`;
  }
  const [xs, ys] = [axis(all.map(({ x }) => x)), axis(all.map(({ y }) => y))];
  const right = panelWidth - margin.right;
  const bottom = panelHeight - margin.bottom;
  const placeX = (x: number): number =>
    margin.left + ((x - xs.low) / (xs.high - xs.low)) * (right - margin.left);
  const placeY = (y: number): number => bottom - ((y - ys.low) / (ys.high - ys.low)) * (bottom - margin.top);
  const grid = [
    ...xs.ticks.map((tick) => {
      const x = round(placeX(tick));
      return `<path d="M${x} ${margin.top}V${bottom}" stroke="#e5e5e5"/><text x="${x}" y="${bottom + 15}" text-anchor="middle">${format(tick)}</text>`;
    }),
    ...ys.ticks.map((tick) => {
      const y = round(placeY(tick));
      return `<path d="M${margin.left} ${y}H${right}" stroke="#e5e5e5"/><text x="${margin.left - 6}" y="${y + 4}" text-anchor="end">${format(tick)}</text>`;
    }),
  ];
  const middle = (margin.top + bottom) / 2;
  const lines = finite.map(({ name, points }) => {
    const color = colorOf(names, name);
    const placed = points.map(({ x, y, label }) => ({ x: round(placeX(x)), y: round(placeY(y)), label }));
    const path = placed.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${x} ${y}`).join('');
    const dots = placed.map(
      ({ x, y, label }) =>
        `<circle cx="${x}" cy="${y}" r="3" fill="${color}"/>${label === undefined ? '' : `<text x="${x + 5}" y="${y - 5}" fill="#555" font-size="9">${escapeText(label)}</text>`}`,
    );
    return `<path d="${path}" fill="none" stroke="${color}" stroke-width="1.5"/>${dots.join('')}`;
  });
  return [
    head,
    ...grid,
    ...lines,
    `<text x="${(margin.left + right) / 2}" y="${panelHeight - 12}" text-anchor="middle">${escapeText(xLabel)}</text>`,
    `<text transform="translate(16,${middle}) rotate(-90)" text-anchor="middle">${escapeText(yLabel)}</text>`,
  ].join('');
}

/** Round bounds and ticks, four to eight of them, around the values. */
function axis(values: readonly number[]): {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
} {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const span = most > least ? most - least : Math.abs(most) || 1;
  const power = 10 ** Math.floor(Math.log10(span / 5));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => span / size <= 7)!;
  const low = Math.floor(least / step - (most > least ? 0 : 1)) * step;
  const high = Math.ceil(most / step + (most > least ? 0 : 1)) * step;
  const count = Math.round((high - low) / step);
  return { low, high, ticks: Array.from({ length: count + 1 }, (_, i) => low + i * step) };
}

const round = (value: number): number => Math.round(value * 10) / 10;
const format = (value: number): string => String(Number(value.toPrecision(4)));

/** Text inside of XML. */
export function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
