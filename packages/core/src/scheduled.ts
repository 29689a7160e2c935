export const curves = ['linear', 'cosine', 'exponential'] as const;

/** What a stretch is counted in: generator steps, or real images that the discriminator was shown. */
export const units = ['steps', 'images'] as const;

/** How far a run has come. */
export interface Done {
  /** Generator steps done. */
  readonly step: number;
  /** Real images that the discriminator's steps were fed with. */
  readonly images: number;
}

/** Real images that the discriminator's steps of one generator step are fed with. */
export function imagesPerStep({
  batchSize,
  accumulation,
  discriminatorSteps,
}: {
  /** Images in one micro-batch. */
  readonly batchSize: number;
  /** Micro-batches of one optimizer step. */
  readonly accumulation: number;
  /** In one generator step. */
  readonly discriminatorSteps: number;
}): number {
  return batchSize * accumulation * discriminatorSteps;
}

/** Of a stretch that does not say: for `scheduled`, the option, too. */
export const stretchDefaults = { start: 0, curve: 'linear' as const, unit: 'steps' as const };

/** A number that stays, or one that goes from a value to another over a stretch of a run. */
export type Scheduled =
  | number
  | {
      readonly from: number;
      readonly to: number;
      /** From `start` until `to` is reached, in `unit`. */
      readonly over: number;
      /** Up to which it is `from`, in `unit`. */
      readonly start?: number | undefined;
      readonly curve?: (typeof curves)[number] | undefined;
      /** Schedules that are published in images stay what they are at another batch. */
      readonly unit?: (typeof units)[number] | undefined;
    };

/**
 * Its value in the step that comes after `done`: with p the part of the stretch that is done, in [0, 1],
 *
 *     linear: from + (to - from) p        cosine: to + (from - to) (1 + cos(pi p)) / 2        exponential: from (to / from)^p
 */
export function numberAt(value: Scheduled, done: Done): number {
  if (typeof value === 'number') return value;
  const { from, to, over, start = stretchDefaults.start, curve = stretchDefaults.curve, unit } = value;
  const at = (unit ?? stretchDefaults.unit) === 'images' ? done.images : done.step;
  const part = Math.min(Math.max((at - start) / over, 0), 1);
  if (curve === 'cosine') return to + ((from - to) * (1 + Math.cos(Math.PI * part))) / 2;
  if (curve === 'exponential') return from * (to / from) ** part;
  return from + (to - from) * part;
}
