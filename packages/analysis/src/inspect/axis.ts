/** Values along an axis where a line of the grid goes. */
export type Ticks = readonly number[];

/** At most `count` round numbers from `low` to `high`. */
export function linearTicks(low: number, high: number, count = 5): Ticks {
  const raw = (high - low) / count;
  if (!(raw > 0)) return [low];
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= raw * 0.999)!;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * step);
}

/** Round numbers within less than a decade; 1, 2 and 5 times powers of ten in a few decades, else powers alone. */
export function logTicks(low: number, high: number): Ticks {
  if (high < 8 * low) return linearTicks(low, high);
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const decades = last - first;
  const factors = high < 300 * low ? [1, 2, 5] : [1];
  const every = Math.max(1, Math.ceil(decades / 6));
  return Array.from({ length: decades + 1 }, (_, i) => first + i)
    .filter((_, i) => i % every === 0)
    .flatMap((exponent) => factors.map((factor) => factor * 10 ** exponent))
    .filter((tick) => tick >= low * 0.999 && tick <= high * 1.001);
}

/** As short as it can be read: 0.002, 1.5, 20k. */
export function tickLabel(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e6 || (size > 0 && size < 1e-3)) return value.toExponential(0).replace('e+', 'e');
  if (size >= 1e4) return `${Number((value / 1e3).toPrecision(3))}k`;
  return String(Number(value.toPrecision(3)));
}

/** Where a value lies between two ends, 0 to 1. */
export function placeOf(value: number, [low, high]: readonly [number, number], isLog: boolean): number {
  if (high === low) return 0.5;
  return isLog
    ? (Math.log(value) - Math.log(low)) / (Math.log(high) - Math.log(low))
    : (value - low) / (high - low);
}
