import { basename } from 'node:path';
import { median, type Generator, type ImageShape } from '@ganymede/core';
import { svgPlot, labelledSheetPng } from '@ganymede/figures';
import type { AnalysisResult, Picture } from '../analysis.js';
import type { SearchResult, SearchSettings } from './latent-search.js';

/** Every restart of every target, the best of a target first. */
export interface OrderedRestarts {
  readonly z: Float32Array;
  readonly classWeights: Float32Array;
  /** Of each row, by step; the last is that of the result. */
  readonly curves: readonly (readonly number[])[];
}

export interface ProjectionDetails {
  readonly targets: readonly {
    readonly path: string;
    /** Of the best restart; peak signal-to-noise ratio of 8-bit values, dB. */
    readonly psnr: number;
    readonly loss: number;
    /** At the end of every restart, the best first. */
    readonly restarts: readonly number[];
    /** Class of the greatest weight, and that weight. */
    readonly class: string;
    readonly classWeight: number;
    /** Loss of the best restart by step. */
    readonly curve: readonly number[];
  }[];
}

interface Projected {
  readonly best: OrderedRestarts;
  /** Images of all rows, uint8. */
  readonly made: Uint8Array;
  readonly targets: Uint8Array;
  readonly paths: readonly string[];
  readonly shape: ImageShape;
  readonly settings: SearchSettings;
}

/** Columns of a sheet besides the target: the best and some of the others. */
const mostShown = 6;

/** Puts the restarts of each target into the order of their last losses. */
export function chooseBest(
  results: readonly SearchResult[],
  restarts: number,
  { latentSize, classes }: Pick<Generator, 'latentSize' | 'classes'>,
): OrderedRestarts {
  const rows = results.flatMap(({ z, classWeights, losses }) =>
    Array.from({ length: losses[0]!.length }, (_, row) => ({
      z: z.subarray(row * latentSize, (row + 1) * latentSize),
      weights: classWeights.subarray(row * classes, (row + 1) * classes),
      curve: losses.map((ofStep) => ofStep[row]!),
    })),
  );
  const ordered = Array.from({ length: rows.length / restarts }, (_, target) =>
    rows.slice(target * restarts, (target + 1) * restarts).sort((a, b) => a.curve.at(-1)! - b.curve.at(-1)!),
  ).flat();
  const z = new Float32Array(ordered.length * latentSize);
  const classWeights = new Float32Array(ordered.length * classes);
  ordered.forEach((row, i) => {
    z.set(row.z, i * latentSize);
    classWeights.set(row.weights, i * classes);
  });
  return { z, classWeights, curves: ordered.map(({ curve }) => curve) };
}

export function summarizeProjection(
  projected: Projected & { readonly classes: readonly string[] },
): Pick<AnalysisResult<ProjectionDetails>, 'findings' | 'numbers' | 'cautions' | 'details'> {
  const { best, paths, settings, classes } = projected;
  const { restarts } = settings;
  const targets = paths.map((path, i) => {
    const row = i * restarts;
    const weights = best.classWeights.subarray(row * classes.length, (row + 1) * classes.length);
    const label = weights.indexOf(weights.reduce((a, b) => Math.max(a, b)));
    return {
      path,
      psnr: psnrOf(projected, i, row),
      loss: best.curves[row]!.at(-1)!,
      restarts: Array.from({ length: restarts }, (_, r) => best.curves[row + r]!.at(-1)!),
      class: classes[label]!,
      classWeight: weights[label]!,
      curve: best.curves[row]!.map((value) => Number(value.toPrecision(5))),
    };
  });
  const psnr = median(targets.map((one) => one.psnr));
  return {
    numbers: { medianPsnr: psnr },
    findings: [
      `Reconstructions have a peak signal-to-noise ratio of ${psnr.toFixed(1)} dB${paths.length > 1 ? ' (median)' : ''}.`,
      ...targets
        .slice(0, 8)
        .map(
          (one) =>
            `${basename(one.path)}: ${one.psnr.toFixed(1)} dB, ${one.class} ${(100 * one.classWeight).toFixed(0)} %`,
        ),
    ],
    cautions: [],
    details: { targets },
  };
}

/** 10 log10(255^2 / mean squared difference); Infinity for the same pixels. */
function psnrOf({ made, targets, shape }: Projected, target: number, row: number): number {
  const size = shape.height * shape.width * shape.channels;
  let sum = 0;
  for (let i = 0; i < size; i++) sum += (made[row * size + i]! - targets[target * size + i]!) ** 2;
  return 10 * Math.log10((255 * 255 * size) / sum);
}

/** Targets beside reconstructions, and the losses by step. */
export async function projectionPictures(projected: Projected): Promise<Picture[]> {
  const { best, made, targets, paths, shape, settings } = projected;
  const { restarts } = settings;
  const images = new Uint8Array(targets.length + made.length);
  images.set(targets);
  images.set(made, targets.length);
  const others = Math.min(restarts, mostShown);
  const sheet = await labelledSheetPng(images, shape, {
    title: 'Targets and reconstructions',
    columns: ['target', 'best', ...Array.from({ length: others - 1 }, (_, i) => `restart ${i + 2}`)],
    apart: 1,
    rows: paths.map((path, i) => ({
      label: basename(path).slice(0, 24),
      cells: [
        { image: i },
        ...Array.from({ length: others }, (_, r) => ({
          image: paths.length + i * restarts + r,
          caption: `${psnrOf(projected, i, i * restarts + r).toFixed(1)} dB`,
        })),
      ],
    })),
  });
  const losses = svgPlot([
    {
      title: 'Loss of the best restart',
      xLabel: 'step',
      yLabel: 'log10 of the loss',
      series: paths.slice(0, 6).map((path, i) => ({
        name: basename(path).slice(0, 24),
        style: 'line',
        points: best.curves[i * restarts]!.map((loss, step) => ({ x: step, y: Math.log10(loss) })),
      })),
    },
  ]);
  return [
    { id: 'images', title: 'Targets and reconstructions', content: sheet },
    { id: 'losses', title: 'Loss by step', content: losses },
  ];
}
