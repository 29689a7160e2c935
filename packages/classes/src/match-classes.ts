/** The classes of images or of weights. */
export interface ClassList {
  readonly count: number;
  /** Null where nobody knows what the classes are: weights of other programs have numbers alone. */
  readonly names: readonly string[] | null;
}

/** Which class of one list each class of another is. */
export interface ClassMatch {
  /** Number of classes of the first list. */
  readonly sourceCount: number;
  /** For each class of the second list its place in the first; null where the first does not have it. */
  readonly from: readonly (number | null)[];
  /** Names of the first list that the second does not have. */
  readonly missing: readonly string[];
  /** Names of the second list that the first does not have. */
  readonly leftOver: readonly string[];
  /** Whether names decided; else classes were taken in order, or for new. */
  readonly byName: boolean;
}

/**
 * The one way in which two class lists meet. Names are compared letter by letter after Unicode's canonical composition
 * (NFC: macOS and Linux write é in two ways); case and blanks tell classes apart. What is no name decides nothing, but:
 * lists of one class each are the same class whatever it is called, and where the first list has no names as many
 * classes are taken to be the same ones in the same order, any other number to be all different. Digits are names like
 * any others.
 */
export function matchClasses({ count, names: source }: ClassList, names: readonly string[]): ClassMatch {
  if (count === 1 && names.length === 1) {
    return { sourceCount: 1, from: [0], missing: [], leftOver: [], byName: source?.[0] === names[0] };
  }
  if (source === null) {
    const same = count === names.length;
    const from = names.map((_, i) => (same ? i : null));
    return { sourceCount: count, from, missing: [], leftOver: same ? [] : names, byName: false };
  }
  // Lists that name two classes alike (`crane` of ImageNet is a bird and a machine) still equal themselves.
  const identical = source.length === names.length && source.every((name, i) => name === names[i]);
  const from = identical ? names.map((_, i) => i) : placesOf(source, names);
  const taken = new Set(from);
  return {
    sourceCount: count,
    from,
    missing: source.filter((_, i) => !taken.has(i)),
    leftOver: names.filter((_, i) => from[i] === null),
    byName: true,
  };
}

/** Whether every class is where it was and none is new or gone. */
export function isSameClasses({ sourceCount, from }: ClassMatch): boolean {
  return sourceCount === from.length && from.every((index, i) => index === i);
}

/** The same name first, then the same after composition, where either list has it once. */
function placesOf(source: readonly string[], names: readonly string[]): (number | null)[] {
  const exact = [onlyOnes(source, (name) => name), onlyOnes(names, (name) => name)] as const;
  const composed = [onlyOnes(source, nfc), onlyOnes(names, nfc)] as const;
  const find = ([ours, theirs]: typeof exact, key: string): number | null =>
    theirs.has(key) ? (ours.get(key) ?? null) : null;
  return names.map((name) => find(exact, name) ?? find(composed, nfc(name)));
}

const nfc = (name: string): string => name.normalize('NFC');

/** Places of the keys that occur once. */
function onlyOnes(names: readonly string[], keyOf: (name: string) => string): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  const repeated = new Set<string>();
  names.map(keyOf).forEach((key, i) => {
    if (places.has(key)) repeated.add(key);
    places.set(key, i);
  });
  for (const key of repeated) places.delete(key);
  return places;
}
