import { escapeXml, panelSvg, type Line, type Panel } from './panel.js';

/** Panels in rows, and the names of their lines at the right where all panels share them. */
export interface Figure {
  /** File name without its end. */
  readonly id: string;
  readonly title: string;
  readonly rows: readonly (readonly Panel[])[];
  readonly legend?: readonly {
    readonly title: string;
    readonly lines: readonly Pick<Line, 'name' | 'colour'>[];
  }[];
}

const panelSize = { width: 400, height: 240 };
const legendWidth = 250;
const lineHeight = 13;

/** A colour for each layer, from red at the first to blue at the last, as in the figures of the paper. */
export function layerColour(index: number, count: number): string {
  const hue = count < 2 ? 0 : (250 * index) / (count - 1);
  return `hsl(${Math.round(hue)},75%,${hue > 40 && hue < 190 ? 38 : 48}%)`;
}

/** A figure as a document of its own. */
export function figureSvg({ title, rows, legend = [] }: Figure): string {
  const columns = Math.max(...rows.map((row) => row.length));
  const legendLines = legend.reduce((sum, { lines }) => sum + lines.length + 2, 0);
  const width = columns * panelSize.width + (legend.length > 0 ? legendWidth : 0);
  const height = Math.max(rows.length * panelSize.height, legendLines * lineHeight) + 34;
  const panels = rows.flatMap((row, r) =>
    row.map((panel, c) =>
      panelSvg(panel, { x: c * panelSize.width, y: 30 + r * panelSize.height, ...panelSize }),
    ),
  );
  let at = 30;
  const names = legend.flatMap(({ title: heading, lines }) => {
    const x = columns * panelSize.width + 10;
    at += lineHeight;
    const head = `<text x="${x}" y="${at}" font-weight="600">${escapeXml(heading)}</text>`;
    const all = lines.map(({ name, colour }) => {
      at += lineHeight;
      return `<path d="M${x} ${at - 4}h14" stroke="${colour}" stroke-width="2"/><text x="${x + 19}" y="${at}" font-size="10">${escapeXml(name)}</text>`;
    });
    at += lineHeight;
    return [head, ...all];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="11" fill="#222">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="10" y="19" font-size="15" font-weight="600">${escapeXml(title)}</text>`,
    ...panels,
    ...names,
    '</svg>',
  ].join('\n');
}
