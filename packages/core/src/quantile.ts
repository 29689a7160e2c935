/** A copy in ascending order. */
export function sorted(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values).sort();
}

/**
 * The value that a share of the values lies below, between two of them linearly as in numpy's default; NaN of none.
 * @param ascending - sorted
 * @param share - 0 to 1
 */
export function quantile(ascending: Float64Array, share: number): number {
  if (ascending.length === 0) return Number.NaN;
  const place = share * (ascending.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, ascending.length - 1);
  return ascending[below]! + (place - below) * (ascending[above]! - ascending[below]!);
}

/** The middle value; of an even number of values halfway between the two. NaN of none. */
export const median = (values: ArrayLike<number>): number => quantile(sorted(values), 0.5);

/** The middle value, which is one of them: of an even number of values the upper of the two. NaN of none. */
export const upperMedian = (values: ArrayLike<number>): number =>
  sorted(values)[Math.floor(values.length / 2)] ?? Number.NaN;
