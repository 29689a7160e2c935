import type { PlotSeries } from './line-chart.js';
import { quantile, sorted } from '@ganymede/core';

/** Numbers of one kind. */
export interface Sample {
  readonly name: string;
  readonly values: ArrayLike<number>;
}

export interface Histogram {
  /** Edges of the bins, ascending, one more than there are bins. */
  readonly edges: readonly number[];
  /** Share of each sample in each bin, over the width of the bin: the area below a line is 1. */
  readonly densities: readonly { readonly name: string; readonly values: readonly number[] }[];
}

/** Share at either end that does not stretch the axis; it counts in the outermost bins. */
const cut = 0.002;

/**
 * Histograms of several samples over the same bins. A few far values do not squeeze the others together: they are in the
 * outermost bins.
 * @param bins - by default as many as the largest sample fills, 40 at most
 */
export function histogramOf(samples: readonly Sample[], bins = binsFor(samples)): Histogram {
  const ends = samples.flatMap(({ values }) => {
    const ascending = sorted(values);
    return [quantile(ascending, cut), quantile(ascending, 1 - cut)];
  });
  const low = Math.min(...ends);
  const high = Math.max(...ends);
  const width = high > low ? (high - low) / bins : 1 / bins;
  const edges = Array.from({ length: bins + 1 }, (_, i) => low + i * width);
  const densities = samples.map(({ name, values }) => {
    const counts = new Array<number>(bins).fill(0);
    for (let i = 0; i < values.length; i++) {
      const bin = Math.max(0, Math.min(bins - 1, Math.floor((values[i]! - low) / width)));
      counts[bin]! += 1;
    }
    return { name, values: counts.map((count) => count / (values.length * width)) };
  });
  return { edges, densities };
}

/** The square root of the number of values, once and a half. */
function binsFor(samples: readonly Sample[]): number {
  const most = Math.max(...samples.map(({ values }) => values.length));
  return Math.max(5, Math.min(40, Math.ceil(1.5 * Math.sqrt(most))));
}

/** A histogram's lines: up at the first edge, down at the last. */
export function histogramSeries({ edges, densities }: Histogram): PlotSeries[] {
  return densities.map(({ name, values }) => ({
    name,
    style: 'steps',
    points: [
      { x: edges[0]!, y: 0 },
      ...values.map((y, i) => ({ x: edges[i]!, y })),
      { x: edges.at(-1)!, y: 0 },
    ],
  }));
}
