/** One line of points, in the order that they are joined. */
export interface PlotSeries {
  readonly name: string;
  /** A dot at each point, the default; the line alone; or bars without gaps, each from its point to the next one. */
  readonly style?: 'dots' | 'line' | 'steps';
  readonly points: readonly {
    readonly x: number;
    readonly y: number;
    readonly label?: string;
    /** Drawn as a bar from y - spread to y + spread. */
    readonly spread?: number;
  }[];
}

export interface PlotPanel {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly series: readonly PlotSeries[];
  /** Names instead of numbers below the axis: that of x = 0, of x = 1 and so on. */
  readonly categories?: readonly string[];
}

const panelWidth = 460;
const plotBottom = 312;
/** Room for one name of the legend. */
const nameWidth = 190;
const margin = { left: 64, right: 20, top: 36, bottom: 48 };
/** What slanted names need below a panel. */
const namesHeight = 96;
/** Characters of a name that fit there. */
const longestName = 22;
const captionLine = 15;
/** Okabe and Ito's colors, which color-blind readers tell apart. */
const colors = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'];

/**
 * Panels side by side as one SVG without scripts or fonts of its own. Points that are not finite are left out; a panel
 * without any says so.
 * @param perRow - panels in a row; all by default
 * @param caption - lines below, of whatever a reader of the figure alone must know
 */
export function svgPlot(
  panels: readonly PlotPanel[],
  perRow = panels.length,
  caption: readonly string[] = [],
): string {
  const names = [...new Set(panels.flatMap(({ series }) => series.map(({ name }) => name)))];
  const width = panelWidth * Math.min(perRow, panels.length);
  const panelHeight =
    plotBottom + (panels.some(({ categories }) => categories) ? namesHeight : margin.bottom);
  const below = panelHeight * Math.ceil(panels.length / perRow);
  const namesInRow = Math.max(1, Math.floor((width - margin.left) / nameWidth));
  const belowLegend = below + (names.length > 1 ? 8 + 16 * Math.ceil(names.length / namesInRow) : 0);
  const height = belowLegend + captionLine * caption.length + (caption.length > 0 ? 8 : 0);
  const legend =
    names.length > 1
      ? names.map(
          (name, i) =>
            `<g transform="translate(${margin.left + (i % namesInRow) * nameWidth},${below + 8 + 16 * Math.floor(i / namesInRow)})"><rect width="12" height="4" y="2" fill="${colorOf(names, name)}"/><text x="18" y="8">${escapeText(name)}</text></g>`,
        )
      : [];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...panels.map(
      (panel, i) =>
        `<g transform="translate(${(i % perRow) * panelWidth},${Math.floor(i / perRow) * panelHeight})">${drawPanel(panel, names)}</g>`,
    ),
    ...legend,
    ...caption.map(
      (line, i) =>
        `<text x="${margin.left}" y="${belowLegend + captionLine * (i + 1)}" fill="#555">${escapeText(line)}</text>`,
    ),
    '</svg>\n',
  ].join('\n');
}

const colorOf = (names: readonly string[], name: string): string =>
  colors[names.indexOf(name) % colors.length]!;

function drawPanel(
  { title, xLabel, yLabel, series, categories }: PlotPanel,
  names: readonly string[],
): string {
  const finite = series.map(({ name, style = 'dots', points }) => ({
    name,
    style,
    points: points.filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y)),
  }));
  const all = finite.flatMap(({ points }) => points);
  const head = `<text x="${panelWidth / 2}" y="20" text-anchor="middle" font-size="13">${escapeText(title)}</text>`;
  if (all.length === 0) {
    return `${head}<text x="${panelWidth / 2}" y="${plotBottom / 2}" text-anchor="middle">no numbers</text>`;
  }
  const xs = categories ? categoryAxis(categories.length) : axis(all.map(({ x }) => x));
  const ys = axis(all.flatMap(({ y, spread = 0 }) => [y - spread, y + spread]));
  const right = panelWidth - margin.right;
  const bottom = plotBottom;
  const placeX = (x: number): number =>
    margin.left + ((x - xs.low) / (xs.high - xs.low)) * (right - margin.left);
  const placeY = (y: number): number => bottom - ((y - ys.low) / (ys.high - ys.low)) * (bottom - margin.top);
  const grid = [
    ...xs.ticks.map((tick) => {
      const x = round(placeX(tick));
      const text = categories
        ? `<text transform="translate(${x + 4},${bottom + 15}) rotate(-30)" text-anchor="end">${escapeText(shortened(categories[tick]!))}</text>`
        : `<text x="${x}" y="${bottom + 15}" text-anchor="middle">${xs.format(tick)}</text>`;
      return `<path d="M${x} ${margin.top}V${bottom}" stroke="#e5e5e5"/>${text}`;
    }),
    ...ys.ticks.map((tick) => {
      const y = round(placeY(tick));
      return `<path d="M${margin.left} ${y}H${right}" stroke="#e5e5e5"/><text x="${margin.left - 6}" y="${y + 4}" text-anchor="end">${ys.format(tick)}</text>`;
    }),
  ];
  const middle = (margin.top + bottom) / 2;
  const lines = finite.map(({ name, style, points }) => {
    const color = colorOf(names, name);
    const placed = points.map(({ x, y, label, spread }) => ({
      x: round(placeX(x)),
      y: round(placeY(y)),
      label,
      bar: spread === undefined ? null : [round(placeY(y - spread)), round(placeY(y + spread))],
    }));
    const path = placed
      .map(({ x, y }, i) => (i === 0 ? `M${x} ${y}` : style === 'steps' ? `H${x}V${y}` : `L${x} ${y}`))
      .join('');
    const area =
      style === 'steps' && placed.length > 0
        ? `<path d="${path}V${bottom}H${placed[0]!.x}Z" fill="${color}" fill-opacity="0.15"/>`
        : '';
    const dots = (style === 'dots' ? placed : []).map(
      ({ x, y, label, bar }) =>
        `${bar ? `<path d="M${x} ${bar[0]}V${bar[1]}M${x - 4} ${bar[0]}h8M${x - 4} ${bar[1]}h8" stroke="${color}"/>` : ''}<circle cx="${x}" cy="${y}" r="3" fill="${color}"/>${label === undefined ? '' : `<text x="${x + 5}" y="${y - 5}" fill="#555" font-size="9">${escapeText(label)}</text>`}`,
    );
    return `${area}<path d="${path}" fill="none" stroke="${color}" stroke-width="1.5"/>${dots.join('')}`;
  });
  return [
    head,
    ...grid,
    ...lines,
    `<text x="${(margin.left + right) / 2}" y="${bottom + (categories ? namesHeight : margin.bottom) - 12}" text-anchor="middle">${escapeText(xLabel)}</text>`,
    `<text transform="translate(16,${middle}) rotate(-90)" text-anchor="middle">${escapeText(yLabel)}</text>`,
  ].join('');
}

/** Round bounds and ticks, four to eight of them, around the values. */
function axis(values: readonly number[]): {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
  readonly format: (tick: number) => string;
} {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const span = most > least ? most - least : Math.abs(most) || 1;
  const power = 10 ** Math.floor(Math.log10(span / 5));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => span / size <= 7)!;
  const low = Math.floor(least / step - (most > least ? 0 : 1)) * step;
  const high = Math.ceil(most / step + (most > least ? 0 : 1)) * step;
  const count = Math.round((high - low) / step);
  const ticks = Array.from({ length: count + 1 }, (_, i) => low + i * step);
  return { low, high, ticks, format: labelled(step) };
}

/** A tick in the middle of each of so many places. */
function categoryAxis(count: number): ReturnType<typeof axis> {
  return { low: -0.5, high: count - 0.5, ticks: Array.from({ length: count }, (_, i) => i), format: String };
}

const shortened = (name: string): string =>
  name.length > longestName ? `${name.slice(0, longestName - 1)}…` : name;

const round = (value: number): number => Math.round(value * 10) / 10;

/** A tick with as many digits as tell it from its neighbours, a step away. */
function labelled(step: number): (tick: number) => string {
  const smallest = Math.floor(Math.log10(step) + 1e-9);
  return (tick) => {
    const steps = Math.round(tick / step);
    if (steps === 0) return '0';
    const digits = Math.max(1, Math.floor(Math.log10(Math.abs(steps * step)) + 1e-9) - smallest + 1);
    return String(Number((steps * step).toPrecision(Math.min(100, digits))));
  };
}

/** Text inside of XML. */
export function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
