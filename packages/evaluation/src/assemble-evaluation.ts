import { basename, resolve } from 'node:path';
import type { BackendDescription, ImageShape } from '@ganymede/core';
import type { Evaluation, Manifest, ManifestPart } from './manifest.js';
import { describeVersions } from './versions.js';

/** What was measured and how; the rest of an evaluation follows from it. */
export interface EvaluationParts extends Omit<Evaluation, 'format' | 'manifest' | 'intervals'> {
  readonly intervals?: Evaluation['intervals'] | undefined;
  readonly manifest: Omit<Manifest, 'environment'>;
  /** What else is recorded and not compared. */
  readonly recorded?: ManifestPart | undefined;
  readonly engine: BackendDescription;
  readonly precision: string;
  readonly seed: number;
}

/** An evaluation with its manifest: the only place where one is made. The order of its keys is that of its file. */
export function assembleEvaluation({
  subject,
  numbers,
  intervals,
  directions,
  manifest: { measurement, metrics, sampling },
  recorded,
  engine,
  precision,
  seed,
  cautions,
  seconds,
}: EvaluationParts): Evaluation {
  return {
    format: 1,
    subject,
    numbers,
    ...(intervals && { intervals }),
    directions,
    manifest: {
      measurement,
      metrics,
      sampling,
      environment: describeVersions(engine, precision, seed, recorded),
    },
    cautions,
    seconds,
  };
}

/** Whose images are measured, where they are a run's. */
export function subjectOfRun(run: string, step: number): { readonly name: string; readonly step: number } {
  return { name: basename(resolve(run)), step };
}

/** `32x32x3`. */
export const imageText = ({ height, width, channels }: ImageShape): string =>
  `${height}x${width}x${channels}`;
