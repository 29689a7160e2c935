import type { SamplerCaution } from '@ganymede/core';
import type { Calibration } from './calibration.js';

/** Fewer real images than this fix slope and intercept badly. */
const fewestToCalibrate = 100;
/** Shares of the draws: fewer taken than the first, or more above the burn-in's maximum than the second, are told. */
const leastTaken = 0.01;
const mostAbove = 0.01;

const percent = (share: number): string => `${(100 * share).toPrecision(2)} %`;

/** @param images - real images of the calibration */
export function calibrationCautions({ slope }: Calibration, images: number): readonly SamplerCaution[] {
  return [
    ...(images >= fewestToCalibrate
      ? []
      : [
          {
            code: 'sampler-few-images',
            text: `D is calibrated on ${images} real images and as many generated ones: ${fewestToCalibrate} or more make odds of its logits`,
          },
        ]),
    ...(slope > 0
      ? []
      : [
          {
            code: 'sampler-blind',
            text: `D's logits are not higher for real images than for generated ones (slope ${slope.toPrecision(3)}): the sampler has nothing to choose by`,
          },
        ]),
  ];
}

/**
 * @param images - that were taken
 * @param draws - for them
 * @param above - draws whose log-odds were above the largest of the burn-in
 */
export function rejectionCautions(images: number, draws: number, above: number): readonly SamplerCaution[] {
  return [
    ...(images >= leastTaken * draws
      ? []
      : [
          {
            code: 'sampler-few-taken',
            text: `${images} of ${draws} draws were taken (${percent(images / draws)}): images come from the far end of what D likes; a lower percentile takes more`,
          },
        ]),
    ...(above <= mostAbove * draws
      ? []
      : [
          {
            code: 'sampler-burn-in',
            text: `${above} of ${draws} draws (${percent(above / draws)}) had more odds than all of the burn-in and were taken without rejection: raise burnIn`,
          },
        ]),
  ];
}
