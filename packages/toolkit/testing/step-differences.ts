import type { Outcome, Values } from './engine-steps.js';

/** What of two outcomes of a step differs by more than it may. */
export interface Disagreement {
  readonly name: string;
  /** Of the largest expected value. */
  readonly share: number;
}

const largest = (values: Float32Array): number =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

const fileOf = (name: string): string => name.slice(0, name.indexOf('/'));

/** Numbers of a step that differ by more than `tolerance` of themselves, or of 1 where they are smaller. */
export function differingScalars(
  actual: Outcome,
  expected: Outcome,
  tolerance: number,
): readonly Disagreement[] {
  expect(Object.keys(actual.scalars)).toEqual(Object.keys(expected.scalars));
  return Object.entries(expected.scalars)
    .map(([name, value]) => ({
      name,
      share: Math.abs(actual.scalars[name]! - value) / Math.max(1, Math.abs(value)),
    }))
    .filter(({ share }) => !(share <= tolerance));
}

/** Statistics and power iterations: all but their last digits may stay as it was. */
const isState = (name: string): boolean => /\.(u\d+|sv\d+|mean|variance)$/.test(name);

/**
 * Weights, averages and moments whose changes in a step differ by more than `tolerance` of the variable's largest change,
 * and state that differs by more than that of its largest value. What is below 1e-6 of the largest change in its file is
 * rounding (the gradient of a bias before batch normalization is zero), and so is what is below the spacing of float32 at
 * the variable's values.
 */
export function differingValues(
  actual: Outcome,
  expected: Outcome,
  start: Values,
  tolerance: number,
): readonly Disagreement[] {
  expect([...actual.values.keys()]).toEqual([...expected.values.keys()]);
  const changes = [...expected.values].map(([name, values]) => {
    const from = start.get(name)!;
    const change = largest(isState(name) ? values : values.map((value, i) => value - from[i]!));
    return { name, values, change };
  });
  const ofFile = new Map<string, number>();
  for (const { name, change } of changes)
    if (!isState(name)) ofFile.set(fileOf(name), Math.max(change, ofFile.get(fileOf(name)) ?? 0));
  return changes.flatMap(({ name, values, change }) => {
    const found = actual.values.get(name)!;
    const difference = largest(values.map((value, i) => value - found[i]!));
    const noise = isState(name) ? 0 : 1e-6 * ofFile.get(fileOf(name))! + 2 ** -22 * largest(values);
    return difference <= tolerance * change + noise ? [] : [{ name, share: difference / change }];
  });
}

/**
 * How far outcomes of the same steps are from others, in shares of how far those went: root of the summed squares over all
 * weights of what moments of the first order (which hold the gradients) differ by, by file.
 */
export function momentDistances(
  actual: readonly Outcome[],
  expected: readonly Outcome[],
  start: Values,
): Readonly<Record<string, number>> {
  const sums: Record<string, { difference: number; change: number }> = {};
  expected.forEach((outcome, draw) => {
    for (const [name, values] of outcome.values) {
      if (!/-optimizer\/[mu]\./.test(name)) continue;
      const sum = (sums[fileOf(name)] ??= { difference: 0, change: 0 });
      const [found, from] = [actual[draw]!.values.get(name)!, start.get(name)!];
      values.forEach((value, i) => {
        sum.difference += (value - found[i]!) ** 2;
        sum.change += (value - from[i]!) ** 2;
      });
    }
  });
  return Object.fromEntries(
    Object.entries(sums).map(([file, { difference, change }]) => [file, Math.sqrt(difference / change)]),
  );
}
