import {
  RandomStream,
  type OpenSampler,
  type SamplerCaution,
  type SamplerReport,
  type SamplerSpec,
} from '@ganymede/core';
import { z } from 'zod';
import { fitCalibration, uncalibrated, type Calibration } from './calibration.js';
import { calibrationCautions } from './sampler-cautions.js';
import { LogitReader } from './logit-reader.js';

/** Options of samplers that take D's logits for log-odds of real against generated. */
export const calibrationOptions = {
  calibration: z
    .enum(['logistic', 'none'])
    .default('logistic')
    .describe(
      "what makes log-odds of D's logits: a logistic regression on real and generated images; none takes them as they are",
    ),
  calibrationImages: z
    .int()
    .positive()
    .default(10_000)
    .describe('real images that it is fitted on, and as many generated ones; all where there are fewer'),
};

export interface CalibrationChoice {
  readonly calibration: 'logistic' | 'none';
  readonly calibrationImages: number;
}

export interface CalibratedLogits {
  readonly calibration: Calibration;
  /** Log-odds of generated images of the run's classes, as many as were asked for or more. */
  readonly logOdds: Float64Array;
  readonly report: SamplerReport;
  readonly cautions: readonly SamplerCaution[];
}

/**
 * Opens a sampler on calibrated logits. The sampler disposes of the reader; where there comes to be none, this does.
 * @param generated - least number of generated images
 */
export async function openCalibrated(
  spec: SamplerSpec,
  choice: CalibrationChoice,
  generated: number,
  open: (reader: LogitReader, calibrated: CalibratedLogits) => OpenSampler,
): Promise<OpenSampler> {
  const reader = new LogitReader(spec);
  try {
    return open(reader, await calibrate(spec, reader, choice, generated));
  } catch (error) {
    reader.dispose();
    throw error;
  }
}

/**
 * Fits the calibration. Generated images have the labels of the real ones, again and again where more are asked for: else
 * the regression would tell shares of classes apart. Without real images labels are drawn evenly.
 */
async function calibrate(
  spec: SamplerSpec,
  reader: LogitReader,
  { calibration, calibrationImages }: CalibrationChoice,
  generated: number,
): Promise<CalibratedLogits> {
  const { generator, source, seed, onProgress } = spec;
  const real = calibration === 'logistic' ? await spec.realImages(calibrationImages) : null;
  const count = Math.max(generated, real?.labels.length ?? 0);
  const drawn = RandomStream.create(seed, 'sampler-labels').integers(count, generator.classes);
  const labels = real ? drawn.map((_, i) => real.labels[i % real.labels.length]!) : drawn;
  const z = source.sample(count, generator.latentSize, RandomStream.create(seed, 'sampler-burn-in'));
  const logits = await reader.generated(z, labels, (done) =>
    onProgress?.('D on generated images', done, count),
  );
  if (!real)
    return { calibration: uncalibrated, logOdds: Float64Array.from(logits), report: {}, cautions: [] };
  const total = real.labels.length;
  const realLogits = await reader.real(real, (done) => onProgress?.('D on real images', done, total));
  const fitted = fitCalibration(realLogits, logits.subarray(0, total));
  return {
    calibration: fitted,
    logOdds: Float64Array.from(logits, (logit) => fitted.slope * logit + fitted.intercept),
    report: {
      ...real.source,
      calibrationImages: total,
      calibrationSlope: fitted.slope,
      calibrationIntercept: fitted.intercept,
    },
    cautions: calibrationCautions(fitted, total),
  };
}
