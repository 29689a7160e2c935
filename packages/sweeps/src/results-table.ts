import { cautionLine, cautionMark } from '@ganymede/core';
import type { ComparisonColumn, ManifestPart } from '@ganymede/evaluation';
import type { SeedStatistics, SweepResults, SweepResultRow } from './collect-results.js';

/** A table of cells: heads, and a row of texts for each. */
export interface ResultsTable {
  readonly heads: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * Settings, length and numbers of every cell, mean ± standard deviation over seeds; `†` where something is said of them.
 * @param best - how the best mean of a column is marked
 */
export function resultsTable(
  { settings, columns, rows }: SweepResults,
  best: (text: string) => string = (text) => text,
): ResultsTable {
  const leaders = columns.map((column, i) => leadingRow(column, rows, i));
  const isNamed = rows.some(({ cell }) => !cell.includes('='));
  const heads = [
    ...(isNamed || settings.length === 0 ? ['cell'] : []),
    ...settings,
    'steps',
    'images',
    'runs',
    ...columns.map(({ title }) => title),
  ];
  return {
    heads,
    rows: rows.map((row) => [
      ...(isNamed || settings.length === 0 ? [row.cell] : []),
      ...row.settings,
      String(row.steps),
      String(row.images),
      row.done === row.runs ? String(row.runs) : `${row.done} of ${row.runs}`,
      ...row.values.map((value, i) => {
        const text = `${formatStatistics(value)}${row.cautioned[i] ? cautionMark : ''}`;
        return leaders[i] === row ? best(text) : text;
      }),
    ]),
  };
}

/** The row with the best mean, where the column has a better way and more than one row has a number. */
function leadingRow(
  { direction }: ComparisonColumn,
  rows: readonly SweepResultRow[],
  column: number,
): SweepResultRow | null {
  if (direction === 'neither') return null;
  const sign = direction === 'lower' ? 1 : -1;
  const there = rows.filter(({ values }) => Number.isFinite(values[column]?.mean));
  if (there.length < 2) return null;
  return there.reduce((best, row) =>
    sign * row.values[column]!.mean < sign * best.values[column]!.mean ? row : best,
  );
}

/** `12.39 ± 0.41`: as many decimals as two digits of the deviation need. */
export function formatStatistics(value: SeedStatistics | null): string {
  if (value === null) return '';
  const { mean, deviation } = value;
  if (!Number.isFinite(mean)) return String(mean);
  if (deviation === null || deviation === 0) return rounded(mean, 4);
  const decimals = Math.min(8, Math.max(0, 1 - Math.floor(Math.log10(deviation))));
  return `${mean.toFixed(decimals)} ± ${deviation.toFixed(decimals)}`;
}

const rounded = (value: number, digits: number): string => {
  const magnitude = Math.abs(value);
  return magnitude !== 0 && (magnitude < 1e-3 || magnitude >= 1e6)
    ? value.toExponential(digits - 1)
    : String(Number(value.toPrecision(digits)));
};

/** The table as Markdown, and below it how its numbers were made, what differs, and what failed. */
export function resultsMarkdown(results: SweepResults): string {
  const { name, equal, columns, runs, differences, cautions } = results;
  const { heads, rows } = resultsTable(results, (text) => `**${text}**`);
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  const seeds = new Set(runs.map(({ seed }) => seed)).size;
  const failed = runs.filter(({ state }) => state === 'failed');
  const shared = sharedConditions(columns);
  const paragraphs = [
    `# ${name}`,
    [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n'),
    [
      `Cells compared at equal ${equal}.`,
      ...(seeds > 1 ? [`Mean ± standard deviation over ${seeds} seeds.`] : []),
      ...(columns.some(({ direction }) => direction !== 'neither') ? ['The best of a column is bold.'] : []),
    ].join(' '),
    ...(columns.length > 0 ? [['How the numbers were made:', '', ...conditionLines(shared)].join('\n')] : []),
    ...columns.flatMap((column) => ownConditions(column, shared)),
    ...differences,
    ...(cautions.length > 0
      ? [[`Marked with ${cautionMark}:`, '', ...cautionLines(cautions).map((text) => `- ${text}`)].join('\n')]
      : []),
    ...(failed.length > 0
      ? [
          [
            'Runs that failed:',
            '',
            ...failed.map(
              ({ id, error }) => `- ${id}: ${error!.code}: ${error!.message.replaceAll('\n', ' ')}`,
            ),
          ].join('\n'),
        ]
      : []),
  ];
  return `${paragraphs.join('\n\n')}\n`;
}

/** What is said beside numbers, and of how many runs. */
const cautionLines = (cautions: SweepResults['cautions']): readonly string[] =>
  cautions.map(
    (one) =>
      `${cautionLine(one)} (${one.subjects.length > 3 ? `${one.subjects.length} runs` : one.subjects.join('; ')})`,
  );

const conditionLines = (conditions: ManifestPart): readonly string[] =>
  Object.entries(conditions).map(([key, value]) => `- ${key}: ${String(value)}`);

/** What all columns share. */
function sharedConditions(columns: readonly ComparisonColumn[]): ManifestPart {
  const [first, ...others] = columns.map(({ conditions }) => conditions);
  return Object.fromEntries(
    Object.entries(first ?? {}).filter(([key, value]) =>
      others.every((other) => Object.hasOwn(other, key) && other[key] === value),
    ),
  );
}

function ownConditions({ title, conditions }: ComparisonColumn, shared: ManifestPart): readonly string[] {
  const own = Object.entries(conditions).filter(([key]) => !Object.hasOwn(shared, key));
  if (own.length === 0) return [];
  return [
    `${title}: ${own.map(([key, value]) => `${key.replace(/^metric\./, '')} ${String(value)}`).join(', ')}.`,
  ];
}
