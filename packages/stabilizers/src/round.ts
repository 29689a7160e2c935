/** Six significant digits: what is measured is no more exact, and logs stay small. */
export function round(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(6)) : value;
}
