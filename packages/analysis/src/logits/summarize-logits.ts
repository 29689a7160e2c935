import { mannWhitney } from '@ganymede/metrics';
import { svgPlot, histogramOf, histogramSeries, type Histogram } from '@ganymede/figures';
import { quantile, sorted } from '@ganymede/core';
import type { AnalysisResult, Picture } from '../analysis.js';

type SetName = 'training' | 'heldOut' | 'generated';

/** D's outputs on one set of images, with the class of each. */
export interface LabelledLogits {
  readonly labels: Int32Array;
  readonly logits: Float32Array;
}

export interface LogitsDetails {
  readonly histogram: Histogram;
  /** Of each set: mean, deviation, and the values that 5, 25, 50, 75 and 95 % lie below. */
  readonly sets: Readonly<
    Partial<
      Record<
        SetName,
        {
          readonly count: number;
          readonly mean: number;
          readonly deviation: number;
          readonly quantiles: readonly number[];
          /** Mean by class, null where the set has none of it. */
          readonly classMeans: readonly (number | null)[];
        }
      >
    >
  >;
  readonly classes: readonly string[];
}

const shownNames: Readonly<Record<SetName, string>> = {
  training: 'training images',
  heldOut: 'held-out images',
  generated: 'generated images',
};

/** Share of training images above held-out ones from which D knows them, not images like them. */
const byHeart = 0.6;

/** Numbers, sentences and histograms of D's outputs. */
export function summarizeLogits(
  sets: Readonly<Record<'training' | 'generated', LabelledLogits>> & {
    readonly heldOut?: LabelledLogits;
  },
  classes: readonly string[],
): Pick<AnalysisResult<LogitsDetails>, 'findings' | 'numbers' | 'cautions' | 'details'> {
  const { training, generated, heldOut } = sets;
  const given = (Object.entries(sets) as [SetName, LabelledLogits][]).filter(([, set]) => set);
  const share = (of: LabelledLogits, test: (logit: number) => boolean): number =>
    of.logits.filter(test).length / of.logits.length;
  const realAbove = mannWhitney(generated.logits, training.logits).share;
  const trainingAbove = heldOut && mannWhitney(heldOut.logits, training.logits).share;
  const numbers = {
    trainingAboveGenerated: realAbove,
    trainingPositive: share(training, (logit) => logit > 0),
    generatedNegative: share(generated, (logit) => logit < 0),
    ...(heldOut && {
      heldOutPositive: share(heldOut, (logit) => logit > 0),
      heldOutAboveGenerated: mannWhitney(generated.logits, heldOut.logits).share,
      trainingAboveHeldOut: trainingAbove!,
    }),
  };
  const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;
  return {
    numbers,
    findings: [
      `D ranks a training image above a generated one in ${percent(realAbove)} of pairs (50 %: it cannot tell them apart).`,
      `Above 0 are ${percent(numbers.trainingPositive)} of training images${heldOut ? `, ${percent(numbers.heldOutPositive!)} of held-out ones` : ''}; below 0 ${percent(numbers.generatedNegative)} of generated ones.`,
      ...(heldOut
        ? [
            `D ranks a training image above a held-out one in ${percent(trainingAbove!)} of pairs (50 %: it has not learnt its images by heart).`,
          ]
        : []),
    ],
    cautions: [
      ...(heldOut
        ? []
        : [
            'No images were held out, so this does not show whether D has learnt its training images by heart.',
          ]),
      ...(trainingAbove !== undefined && trainingAbove > byHeart
        ? ['D tells images that it was trained on from others like them: it is learning them by heart.']
        : []),
    ],
    details: {
      histogram: histogramOf(given.map(([name, { logits }]) => ({ name: shownNames[name], values: logits }))),
      sets: Object.fromEntries(given.map(([name, set]) => [name, momentsOf(set, classes.length)])),
      classes,
    },
  };
}

function momentsOf(
  { labels, logits }: LabelledLogits,
  classes: number,
): NonNullable<LogitsDetails['sets'][SetName]> {
  const mean = (values: ArrayLike<number>): number =>
    Array.from(values).reduce((a, b) => a + b, 0) / values.length;
  const centre = mean(logits);
  const ascending = sorted(logits);
  return {
    count: logits.length,
    mean: centre,
    deviation: Math.sqrt(mean(Float64Array.from(logits, (value) => (value - centre) ** 2))),
    quantiles: [0.05, 0.25, 0.5, 0.75, 0.95].map((at) => quantile(ascending, at)),
    classMeans: Array.from({ length: classes }, (_, label) => {
      const own = logits.filter((__, i) => labels[i] === label);
      return own.length === 0 ? null : mean(own);
    }),
  };
}

export function logitsPicture({ histogram }: LogitsDetails): Picture {
  return {
    id: 'histogram',
    title: "D's outputs",
    content: svgPlot([
      { title: "D's outputs", xLabel: 'logit', yLabel: 'density', series: histogramSeries(histogram) },
    ]),
  };
}
