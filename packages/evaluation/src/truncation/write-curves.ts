import { expectWritable, writeFileSafely } from '@ganymede/files';
import { basename, join, resolve } from 'node:path';
import { writeSheet, svgPlot, type PlotPanel } from '@ganymede/figures';
import { writeChosen } from './chosen-truncation.js';
import {
  chooseTruncation,
  type TruncationCurve,
  type TruncationGoal,
  type TruncationStep,
} from './truncation-curve.js';

export interface WrittenCurves {
  readonly csv: string;
  readonly json: string;
  readonly svg: string;
  /** A sheet of each run, a threshold a row. */
  readonly sheets: readonly string[];
  /** The chosen threshold of each run with its statistics; empty where no goal was given. */
  readonly chosen: readonly {
    readonly run: string;
    readonly threshold: number | null;
    readonly path: string;
  }[];
}

/**
 * Proves before thresholds are measured that their curves can be written into a folder.
 * @throws CANNOT_WRITE, DISK_FULL
 */
export async function expectWritableCurves(folder: string): Promise<void> {
  await expectWritable(join(folder, 'truncation.csv'));
}

/**
 * Writes curves as `truncation.csv`, `truncation.json` and `truncation.svg`, of each run a sheet of samples with a threshold
 * a row, the least at the top and the whole prior last, `<run>-samples.png`, and for a goal each run's chosen threshold
 * with the standing statistics that it needs, `<run>-<goal>.json` and `.safetensors`.
 */
export async function writeCurves(
  curves: readonly TruncationCurve[],
  folder: string,
  goal: TruncationGoal | null,
): Promise<WrittenCurves> {
  const at = (name: string): string => join(folder, name);
  const named = curves.map((curve) => ({ ...curve, name: basename(resolve(curve.run)) }));
  await writeFileSafely(at('truncation.csv'), csvOf(named));
  await writeFileSafely(at('truncation.json'), `${JSON.stringify(named.map(withoutArrays), null, 2)}\n`);
  await writeFileSafely(at('truncation.svg'), svgPlot(panelsOf(named), undefined, captionOf(named)));
  const sheets = named.map(({ name }) => at(samplesOf(name)));
  for (const [i, { steps, imageShape }] of named.entries()) {
    const images = Buffer.concat(steps.map(({ shown }) => shown));
    const { height, width, channels } = imageShape;
    await writeSheet(
      sheets[i]!,
      images,
      imageShape,
      images.length / (steps.length * height * width * channels),
    );
  }
  const chosen: { run: string; threshold: number | null; path: string }[] = [];
  for (const curve of goal === null ? [] : named) {
    const step = chooseTruncation(curve, goal!);
    if (!step) continue;
    const path = await writeChosen(folder, `${curve.name}-${goal!}`, goal!, curve.convention, step);
    chosen.push({ run: curve.name, threshold: step.threshold, path });
  }
  return {
    csv: at('truncation.csv'),
    json: at('truncation.json'),
    svg: at('truncation.svg'),
    sheets,
    chosen,
  };
}

/** Name of the sheet of a run. */
export const samplesOf = (run: string): string => `${run}-samples.png`;

type NamedCurve = TruncationCurve & { readonly name: string };

/** A curve as JSON tells it: without statistics and images. */
export function withoutArrays({ steps, ...curve }: TruncationCurve): object {
  return { ...curve, steps: steps.map(({ statistics: _, shown: __, ...step }) => step) };
}

function csvOf(curves: readonly NamedCurve[]): string {
  const numbers = [
    ...new Set(
      curves.flatMap(({ steps }) => steps.flatMap(({ evaluation }) => Object.keys(evaluation.numbers))),
    ),
  ];
  const rows = curves.flatMap(({ name, convention, steps }) =>
    steps.map(({ threshold, evaluation, saturation, saturated }) => [
      name,
      convention,
      threshold === null ? 'none' : String(threshold),
      ...numbers.map((number) => String(evaluation.numbers[number] ?? '')),
      String(saturation),
      String(saturated),
      evaluation.cautions.map(({ numbers: about, code }) => [...about, code].join(' ')).join('; '),
    ]),
  );
  const quoted = (cell: string): string => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  return [['run', 'convention', 'threshold', ...numbers, 'saturation', 'saturated', 'cautions'], ...rows]
    .map((row) => `${row.map(quoted).join(',')}\n`)
    .join('');
}

/** How the numbers were made, where the curves agree; a figure goes where its manifests do not. */
function captionOf(curves: readonly NamedCurve[]): readonly string[] {
  const manifests = curves.flatMap(({ steps }) => steps.map(({ evaluation }) => evaluation.manifest));
  const of = (part: 'measurement' | 'sampling', key: string): string =>
    [...new Set(manifests.map((manifest) => String(manifest[part][key] ?? 'none')))].join(' or ');
  const marked = curves.some(({ steps }) => steps.some(({ saturated }) => saturated));
  const weights = [...new Set(manifests.map(({ measurement }) => measurement['weightsSha256'] ?? 'none'))]
    .map((hash) => String(hash).slice(0, 8))
    .join(' or ');
  const cautions = curves.flatMap(({ steps }) => steps.flatMap(({ evaluation }) => evaluation.cautions));
  const codes = [...new Set(cautions.map(({ numbers, code }) => [...numbers, code].join(' ')))];
  return [
    `Extractor ${of('measurement', 'extractor')}, weights ${weights}; ${of('measurement', 'samples')} generated images a point against ${of('measurement', 'referenceImages')} of ${of('measurement', 'reference')}`,
    `truncation ${[...new Set(curves.map(({ convention }) => convention))].join(' or ')}; statistics ${of('sampling', 'statistics')}; weights ${of('sampling', 'weights')}; steps ${[...new Set(curves.map(({ steps }) => steps[0]?.evaluation.subject.step))].join(' or ')}`,
    ...(codes.length > 0 ? [`cautions, in words in truncation.json: ${codes.join('; ')}`] : []),
    ...(marked ? ['* far more values at 0 and 255 than in the data'] : []),
  ];
}

/** The paper's figure, and the same trade-off as precision against recall. */
function panelsOf(curves: readonly NamedCurve[]): readonly PlotPanel[] {
  const panel = (title: string, x: string, y: string, xLabel: string, yLabel: string): PlotPanel => ({
    title,
    xLabel,
    yLabel,
    series: curves.map(({ name, steps }) => ({
      name,
      points: steps.map((step) => ({
        x: step.evaluation.numbers[x] ?? Number.NaN,
        y: step.evaluation.numbers[y] ?? Number.NaN,
        label: labelOf(step),
      })),
    })),
  });
  const known = new Set(curves.flatMap(({ steps }) => Object.keys(steps[0]?.evaluation.numbers ?? {})));
  return [
    ...(known.has('fid') && known.has('inceptionScore')
      ? [panel('Variety against fidelity', 'inceptionScore', 'fid', 'Inception Score', 'FID')]
      : []),
    ...(known.has('precision')
      ? [panel('Precision and recall', 'recall', 'precision', 'recall', 'precision')]
      : []),
    {
      title: 'By threshold',
      xLabel: 'threshold',
      yLabel: known.has('fid') ? 'FID' : [...known][0]!,
      series: curves.map(({ name, steps }) => ({
        name,
        points: steps.flatMap(({ threshold, evaluation }) =>
          threshold === null
            ? []
            : [
                {
                  x: threshold,
                  y: evaluation.numbers[known.has('fid') ? 'fid' : [...known][0]!] ?? Number.NaN,
                },
              ],
        ),
      })),
    },
  ];
}

/** Saturated steps are marked. */
function labelOf({ threshold, saturated }: TruncationStep): string {
  return `${threshold === null ? 'prior' : String(threshold)}${saturated ? ' *' : ''}`;
}
