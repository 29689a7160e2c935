import { mannWhitney } from '@ganymede/metrics';
import type { AnalysisResult } from '../analysis.js';
import { median, quantile, sorted } from '@ganymede/core';
import type { FoundNeighbours, Queries } from './search-space.js';

/** What was found in one space. */
export interface SpaceDetails {
  readonly unit: string;
  /** Numbers of the nearest training images of each generated one, nearest first. */
  readonly nearest: readonly (readonly number[])[];
  readonly distances: readonly (readonly number[])[];
  /** Distance of each reference image to its nearest training image. */
  readonly reference: readonly number[];
}

export interface NeighboursDetails {
  readonly classes: readonly string[];
  /** Class of each generated image. */
  readonly labels: readonly number[];
  readonly spaces: Readonly<Partial<Record<'features' | 'pixels', SpaceDetails>>>;
}

/** Of reference images, the share that lie nearer than what is called suspicious. */
const suspicious = 0.01;
/** Deviations from which chance is no longer the reason. */
const clear = 3;

/** Numbers, sentences and lists of what was found in every space. */
export function summarizeNeighbours(
  found: readonly FoundNeighbours[],
  { generated, own }: Queries,
  classes: readonly string[],
  neighbours: number,
): Pick<AnalysisResult<NeighboursDetails>, 'findings' | 'numbers' | 'cautions' | 'details'> {
  const findings: string[] = [];
  const cautions: string[] = [];
  const numbers: Record<string, number> = {};
  const spaces: Partial<Record<'features' | 'pixels', SpaceDetails>> = {};
  const others = own ? 'a training image from the others' : 'a held-out image';
  for (const { space, indices, distances, reference } of found) {
    const rows = <T extends Int32Array | Float64Array>(all: T): number[][] =>
      Array.from({ length: generated.count }, (_, i) =>
        Array.from(all.subarray(i * neighbours, (i + 1) * neighbours), (value) =>
          Number(value.toPrecision(7)),
        ),
      );
    spaces[space.id] = {
      unit: space.unit,
      nearest: rows(indices),
      distances: rows(distances),
      reference: Array.from(reference, (value) => Number(value.toPrecision(7))),
    };
    const nearest = distances.filter((_, i) => i % neighbours === 0);
    const threshold = quantile(sorted(reference), suspicious);
    const { share, z } = mannWhitney(nearest, reference);
    const own = {
      medianGenerated: median(nearest),
      medianReference: median(reference),
      nearerShare: share,
      dataCopyingZ: z,
      suspiciousShare: nearest.filter((distance) => distance < threshold).length / nearest.length,
      copies: nearest.filter((distance) => distance === 0).length,
    };
    for (const [name, value] of Object.entries(own)) numbers[`${space.id}.${name}`] = value;
    const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;
    findings.push(
      `${space.id}: a generated image lies ${shown(own.medianGenerated)} from its nearest training image, ${others} ${shown(own.medianReference)} (medians; ${space.unit}).`,
      `${space.id}: the generated image is the nearer one in ${percent(share)} of pairs (50 % for images like the training ones that it never saw); ${percent(own.suspiciousShare)} lie nearer than all but 1 % of the reference.`,
    );
    if (own.copies > 0)
      cautions.push(`${space.id}: ${own.copies} generated images are copies of training images.`);
    else if (z < -clear && own.suspiciousShare > 2 * suspicious)
      cautions.push(
        `${space.id}: generated images lie nearer to training images than new images would; look at the pictures whether they repeat them or are only plainer.`,
      );
  }
  return {
    findings,
    numbers,
    cautions,
    details: { classes, labels: [...generated.labels], spaces },
  };
}

const shown = (value: number): string => String(Number(value.toPrecision(3)));
