/** Numbers under a shape, for reference implementations: slow and plain. */
export interface NdArray {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** Row-major order: the last index runs fastest. */
export function indices(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (all, size) => all.flatMap((index) => Array.from({ length: size }, (_, i) => [...index, i])),
    [[]],
  );
}

export const ndArray = (shape: readonly number[], at: (...index: number[]) => number): NdArray => ({
  shape,
  values: indices(shape).map((index) => at(...index)),
});

/** The element, or 0 where there is none. */
export function get({ shape, values }: NdArray, index: readonly number[]): number {
  if (!index.every((one, i) => Number.isInteger(one) && one >= 0 && one < shape[i]!)) return 0;
  return values[index.reduce((at, one, i) => at * shape[i]! + one, 0)]!;
}

/** Numbers without a pattern, in [-1, 1), the same ones every time. */
export function scattered(shape: readonly number[], seed = 1): NdArray {
  let state = seed;
  return ndArray(shape, () => {
    state = (state * 48271) % 2147483647;
    return (state / 2147483647) * 2 - 1;
  });
}
