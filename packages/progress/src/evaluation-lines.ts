import { cautionLine, cautionMark } from '@ganymede/core';
import { alignedLines } from './aligned-lines.js';
import { formatDuration, formatNumber } from './format.js';
import type { Comparison, ComparisonCaution, Evaluation } from '@ganymede/toolkit';

const arrows = { lower: 'lower is better', higher: 'higher is better', neither: '' };

/** An evaluation for people: numbers first, then how they were made. */
export function evaluationLines({
  subject,
  numbers,
  intervals,
  directions,
  manifest,
  cautions,
  seconds,
}: Evaluation): readonly string[] {
  const names = Object.keys(numbers);
  const width = Math.max(...names.map((name) => name.length));
  const title = subject.step === undefined ? subject.name : `${subject.name}, step ${subject.step}`;
  const conditions = { ...manifest.measurement, ...manifest.sampling };
  const time = Object.entries(seconds).map(([part, own]) => `${part} ${formatDuration(own)}`);
  return [
    title,
    ...names.map((name) => {
      const way = arrows[directions[name] ?? 'neither'];
      const interval = intervals?.[name];
      const spread = interval
        ? `  ${formatNumber(interval.low)} to ${formatNumber(interval.high)}, standard error ${formatNumber(interval.standardError)}`
        : '';
      return `  ${name.padEnd(width)}  ${formatNumber(numbers[name]!).padStart(10)}${spread}${way && `  (${way})`}`;
    }),
    ...cautions.map((one) => `  caution: ${cautionLine(one)}`),
    ...Object.entries(conditions).map(([key, value]) => `  ${key}: ${String(value)}`),
    ...Object.entries(manifest.environment)
      .filter(([key]) => key.startsWith('sampler.'))
      .map(([key, value]) => `  ${key}: ${typeof value === 'number' ? formatNumber(value) : String(value)}`),
    `  time: ${time.join(', ')}`,
  ];
}

/** A table of evaluations, a row each, what keeps columns of one name apart, and what is said of numbers with `†`. */
export function comparisonLines({ columns, rows, differences, cautions }: Comparison): readonly string[] {
  const heads = ['run', 'step', ...columns.map(({ title }) => title)];
  const cells = rows.map(({ name, step, values, cautioned }) => [
    name,
    step === null ? '' : String(step),
    ...values.map((value, i) =>
      value === null ? '' : `${formatNumber(value)}${cautioned[i] ? cautionMark : ''}`,
    ),
  ]);
  return [...alignedLines(heads, cells), ...differences, ...cautions.map(comparedCaution)];
}

/** What is said of numbers of several runs, and of which. */
export function comparedCaution(caution: ComparisonCaution): string {
  const { subjects } = caution;
  return `${cautionMark} ${cautionLine(caution)} (${subjects.length > 3 ? `${subjects.length} evaluations` : subjects.join('; ')})`;
}
