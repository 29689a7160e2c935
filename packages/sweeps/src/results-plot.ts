import { svgPlot, type PlotPanel, type PlotSeries } from '@ganymede/figures';
import type { SweepResults, SweepResultRow } from './collect-results.js';

/** Panels in a row of the figure. */
const perRow = 3;
const mostPanels = 6;

const ways = { lower: 'lower is better', higher: 'higher is better', neither: '' };

/**
 * A panel for each number that has a better way: means over seeds, with bars of one standard deviation. Along the x
 * axis is the first setting whose values are numbers, with a line for each combination of the others; where there is
 * none, or cells have names, the cells themselves.
 */
export function resultsPlot(results: SweepResults): string {
  const { columns, rows, name } = results;
  const directed = columns.flatMap(({ direction }, i) => (direction === 'neither' ? [] : [i]));
  const shown = (directed.length > 0 ? directed : columns.map((_, i) => i)).slice(0, mostPanels);
  const axis = numericAxis(results);
  const panels = shown.map((column): PlotPanel => {
    const { title, direction } = columns[column]!;
    const way = ways[direction];
    const common = { title: way === '' ? title : `${title}: ${way}`, yLabel: title };
    if (axis === null) {
      return {
        ...common,
        xLabel: '',
        categories: rows.map(({ cell }) => cell),
        series: [{ name, points: rows.map((row, i) => pointOf(row, column, i)) }],
      };
    }
    return { ...common, xLabel: results.settings[axis]!, series: linesOf(results, axis, column) };
  });
  const empty: PlotPanel = { title: name, xLabel: '', yLabel: '', series: [] };
  return svgPlot(panels.length > 0 ? panels : [empty], Math.min(perRow, Math.max(1, panels.length)));
}

/** The setting along the x axis; null for the cells themselves. */
function numericAxis({ settings, rows }: SweepResults): number | null {
  if (rows.some(({ cell }) => !cell.includes('='))) return null;
  const axis = settings.findIndex((_, i) => {
    const values = rows.map((row) => row.settings[i]!);
    return new Set(values).size > 1 && values.every((value) => Number.isFinite(Number(value)));
  });
  return axis < 0 ? null : axis;
}

/** A line for each combination of the settings that are not the axis. */
function linesOf({ settings, rows }: SweepResults, axis: number, column: number): readonly PlotSeries[] {
  const lines = new Map<string, SweepResultRow[]>();
  for (const row of rows) {
    const others = settings.flatMap((setting, i) =>
      i === axis ? [] : [`${setting.split(', ')[0]!.split('.').at(-1)!} ${row.settings[i]!}`],
    );
    const title = others.join(', ');
    lines.set(title, [...(lines.get(title) ?? []), row]);
  }
  return [...lines].map(([title, own]) => ({
    name: title,
    points: own.map((row) => pointOf(row, column, Number(row.settings[axis]))).sort((a, b) => a.x - b.x),
  }));
}

function pointOf(row: SweepResultRow, column: number, x: number): PlotSeries['points'][number] {
  const value = row.values[column];
  const spread = value?.deviation ?? null;
  return { x, y: value?.mean ?? Number.NaN, ...(spread !== null && { spread }) };
}
