import { parseJsonAs } from '@ganymede/core';
import { isProblem, tryReadFile } from '@ganymede/files';
import { join } from 'node:path';
import { z } from 'zod';
import type { RebuiltAverage } from './rebuild.js';

export const averageManifestName = 'average.json';

const manifestSchema = z.object({
  format: z.literal(1),
  /** Name of the run that it was rebuilt from. */
  run: z.string(),
  step: z.int(),
  /** Updates of the average: the time of its profile. */
  averagedSteps: z.int(),
  sigmaRel: z.number(),
  gamma: z.number(),
  residual: z.number(),
  amplification: z.number(),
  condition: z.number(),
  negativeVariances: z.int(),
  /** What whoever uses it must know, in words. */
  cautions: z.array(z.string()),
  /** Snapshots that were there; those that are listed have a factor that counts. */
  snapshots: z.int(),
  terms: z.array(
    z.object({
      step: z.int(),
      averagedSteps: z.int(),
      sigmaRel: z.number(),
      gamma: z.number(),
      coefficient: z.number(),
      precision: z.enum(['float16', 'float32']),
    }),
  ),
});

/** How an average was rebuilt: `average.json` of its folder. */
export type AverageManifest = Readonly<z.output<typeof manifestSchema>>;

export function manifestOf(run: string, average: RebuiltAverage): AverageManifest {
  const { step, t, sigmaRel, gamma, residual, amplification, condition, negativeVariances } = average;
  return {
    format: 1,
    run,
    step,
    averagedSteps: t,
    ...{ sigmaRel, gamma, residual, amplification, condition, negativeVariances },
    cautions: cautionsOf(average),
    snapshots: average.snapshots,
    terms: average.terms.map(({ average: one, coefficient }) => ({
      step: one.step,
      averagedSteps: one.t,
      sigmaRel: one.sigmaRel,
      gamma: one.gamma,
      coefficient,
      precision: one.precision,
    })),
  };
}

function cautionsOf({
  residual,
  amplification,
  condition,
  negativeVariances,
  terms,
}: RebuiltAverage): string[] {
  const isRounded = terms.some(({ average }) => average.precision === 'float16');
  return [
    ...(residual > 0.1
      ? [`its profile is missed by ${(100 * residual).toFixed(0)} %: take a smaller posthocEma.every`]
      : []),
    ...(amplification > 10
      ? [
          `rounding of the ${isRounded ? 'float16' : 'float32'} snapshots is amplified ${amplification.toFixed(0)} times`,
        ]
      : []),
    ...(condition > 1e10
      ? [
          `the snapshots hardly differ: the matrix of their profiles has condition ${condition.toPrecision(2)}`,
        ]
      : []),
    ...(negativeVariances > 0
      ? [
          `${negativeVariances} running variances came out negative and are the least of the snapshots' instead: sample with standing statistics`,
        ]
      : []),
  ];
}

/** The manifest of a folder that holds an average; null where it holds none. */
export async function readAverageManifest(folder: string): Promise<AverageManifest | null> {
  const bytes = await tryReadFile(join(folder, averageManifestName));
  if (isProblem(bytes)) return null;
  try {
    return parseJsonAs(manifestSchema, bytes.toString('utf8'), (got) => new Error(got));
  } catch {
    return null;
  }
}
