export const curves = ['linear', 'cosine', 'exponential'] as const;

/** Of a stretch that does not say: for `scheduled`, the option, too. */
export const stretchDefaults = { start: 0, curve: 'linear' as const };

/** A number that stays, or one that goes from a value to another over a stretch of a run. */
export type Scheduled =
  | number
  | {
      readonly from: number;
      readonly to: number;
      /** Generator steps from `start` until `to` is reached. */
      readonly over: number;
      /** Generator step up to which it is `from`. */
      readonly start?: number | undefined;
      readonly curve?: (typeof curves)[number] | undefined;
    };

/**
 * Its value at a generator step (0 for the first): with p the part of the stretch that is done, in [0, 1],
 *
 *     linear: from + (to - from) p        cosine: to + (from - to) (1 + cos(pi p)) / 2        exponential: from (to / from)^p
 */
export function numberAt(value: Scheduled, step: number): number {
  if (typeof value === 'number') return value;
  const { from, to, over, start = stretchDefaults.start, curve = stretchDefaults.curve } = value;
  const part = Math.min(Math.max((step - start) / over, 0), 1);
  if (curve === 'cosine') return to + ((from - to) * (1 + Math.cos(Math.PI * part))) / 2;
  if (curve === 'exponential') return from * (to / from) ** part;
  return from + (to - from) * part;
}
