import type { Caution } from '@ganymede/core';

/** One value of a manifest. */
export type ManifestValue = string | number | boolean;
export type ManifestPart = Readonly<Record<string, ManifestValue>>;

/**
 * How a number was made. Two numbers compare where `measurement` and the options of their metric agree; `sampling` is
 * how the images came out of the generator, and decides too: a truncated model's FID is not its FID.
 */
export interface Manifest {
  /** Extractor, weights, resizer, quantization; reference set and its count; number of generated images. */
  readonly measurement: ManifestPart;
  /** Options of the metric behind each number, by the number's name. */
  readonly metrics: Readonly<Record<string, ManifestPart>>;
  /** Moving average or not, statistics of batch normalization, truncation with its convention, sampler with its options. */
  readonly sampling: ManifestPart;
  /** Seed, backend and versions, and what a sampler told of its work: recorded, not compared. */
  readonly environment: ManifestPart;
}

/** Numbers and how they were made; what `evaluations/*.json` hold. */
export interface Evaluation {
  readonly format: 1;
  /** Whose images they are: a run and its step, or a folder. */
  readonly subject: { readonly name: string; readonly step?: number };
  readonly numbers: Readonly<Record<string, number>>;
  /** 95 % intervals over resamples of the generated images, where they were asked for. */
  readonly intervals?: Readonly<
    Record<string, { readonly low: number; readonly high: number; readonly standardError: number }>
  >;
  /** Which way of each number is better. */
  readonly directions: Readonly<Record<string, 'lower' | 'higher' | 'neither'>>;
  readonly manifest: Manifest;
  /** What a reader of the numbers must know. */
  readonly cautions: readonly Caution[];
  /** Time it took. */
  readonly seconds: Readonly<Record<string, number>>;
}

/** Everything that a number must share with another to stand in one column with it. */
export function conditionsOf({ manifest }: Evaluation, number: string): ManifestPart {
  return {
    ...manifest.measurement,
    ...prefixed('metric.', Object.hasOwn(manifest.metrics, number) ? manifest.metrics[number]! : {}),
    ...manifest.sampling,
  };
}

/** Conditions without the names of data whose content they have: a folder that was moved or copied holds the same images. */
export function withoutPlaces(conditions: ManifestPart): ManifestPart {
  const names = ['reference', 'images', 'test'].filter((name) => `${name}Fingerprint` in conditions);
  return Object.fromEntries(Object.entries(conditions).filter(([key]) => !names.includes(key)));
}

/** Keys whose values differ, with both values. */
export function differingConditions(
  first: ManifestPart,
  second: ManifestPart,
): readonly { readonly key: string; readonly values: readonly [ManifestValue, ManifestValue] }[] {
  const of = (part: ManifestPart, key: string): ManifestValue | undefined =>
    Object.hasOwn(part, key) ? part[key] : undefined;
  return [...new Set([...Object.keys(first), ...Object.keys(second)])]
    .filter((key) => of(first, key) !== of(second, key))
    .map((key) => ({ key, values: [of(first, key) ?? 'none', of(second, key) ?? 'none'] }));
}

export function prefixed(prefix: string, part: ManifestPart): ManifestPart {
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [prefix + key, value]));
}

/** An object of options as flat values of a manifest. */
export function flatOptions(options: Readonly<Record<string, unknown>>): ManifestPart {
  return Object.fromEntries(
    Object.entries(options).map(([key, value]) => [
      key,
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
        ? value
        : JSON.stringify(value ?? null),
    ]),
  );
}

/** A part of a manifest as processes compare it: each finds weights where they lie on its machine. */
export const textsOf = (part: ManifestPart): Record<string, string> =>
  Object.fromEntries(Object.entries(withoutPlaces(part)).map(([name, value]) => [name, String(value)]));
