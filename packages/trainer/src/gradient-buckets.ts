/** Float32 numbers that are exchanged at once, 4 MB: one message costs more time than its bytes below, and cannot overlap above. */
const bucketNumbers = 1 << 20;

/**
 * Entries in buckets that are exchanged together, in their order. One larger than a bucket travels alone.
 * @param sizeOf - how many numbers an entry has
 */
export function bucketsOf<T>(
  entries: readonly T[],
  sizeOf: (entry: T) => number,
): readonly (readonly [T, ...T[]])[] {
  const buckets: [T, ...T[]][] = [];
  let left = 0;
  for (const entry of entries) {
    const size = sizeOf(entry);
    const last = buckets.at(-1);
    if (last && size <= left) {
      last.push(entry);
    } else {
      buckets.push([entry]);
      left = bucketNumbers;
    }
    left -= size;
  }
  return buckets;
}
