import { GanymedeError } from '@ganymede/core';
import { didYouMean } from '@ganymede/config';
import { formatClassList } from './format-class-list.js';
import type { ClassMatch } from './match-classes.js';

/** Messages of classes and their names. */

/** The most names that a message lists. */
const most = 12;

/** Names for a sentence: quoted where blanks or commas need it, not too many. */
export function listedClasses(names: readonly string[]): string {
  const shown = formatClassList(names.slice(0, most), ', ');
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}

/** Those without a partner, by name, on either side. */
export function unmatchedClasses({ missing, leftOver }: Pick<ClassMatch, 'missing' | 'leftOver'>): string {
  const parts = [
    ...(missing.length > 0 ? [`without ${listedClasses(missing)}`] : []),
    ...(leftOver.length > 0 ? [`with ${listedClasses(leftOver)}, which it does not have`] : []),
  ];
  return parts.join(' and ');
}

/**
 * @param what - whose classes do not match
 * @param whose - classes they are compared with
 * @param hint - what can be done
 */
export function classNamesDiffer(
  what: string,
  whose: string,
  match: ClassMatch,
  hint: string,
): GanymedeError {
  const got =
    match.missing.length + match.leftOver.length > 0
      ? `${match.from.length} ${unmatchedClasses(match)}`
      : 'them in another order';
  const folded = new Map(match.missing.map((name) => [name.toLowerCase(), name]));
  const twin = match.leftOver.find((name) => folded.has(name.toLowerCase()));
  const ofCase =
    twin === undefined
      ? ''
      : ` Names are compared letter by letter: ${listedClasses([folded.get(twin.toLowerCase())!, twin])} are two.`;
  return new GanymedeError(
    'CLASSES_DIFFER',
    `${what}: expected the ${match.sourceCount} classes of ${whose}, got ${got}`,
    { kind: 'data', hint: hint + ofCase },
  );
}

export function unknownClass(wanted: string, names: readonly string[]): GanymedeError {
  return new GanymedeError(
    'UNKNOWN_CLASS',
    `classes: expected names or numbers of the ${names.length} classes ${listedClasses(names)}, got ${listedClasses([wanted])}`,
    {
      kind: 'usage',
      hint: `${didYouMean(wanted, names)}Give a name with a comma alone and without quotes, or in double quotes in a list.`,
    },
  );
}

export function badClassList(text: string, got: string): GanymedeError {
  return new GanymedeError(
    'BAD_CLASS_LIST',
    `classes: expected names or numbers separated by commas, got ${got} in ${JSON.stringify(text)}`,
    {
      kind: 'usage',
      hint: 'For example cat,dog or 0,3; a name with a comma in double quotes: "tench, Tinca tinca",cat.',
    },
  );
}

export function ambiguousClass(name: string, places: readonly number[]): GanymedeError {
  return new GanymedeError(
    'AMBIGUOUS_CLASS',
    `classes: expected a name that one class has, got ${listedClasses([name])}, which classes ${places.join(' and ')} have`,
    { kind: 'usage', hint: 'Give the number of the class instead of its name.' },
  );
}

export function needsClasses(what: string, names: readonly string[], count: number): GanymedeError {
  return new GanymedeError(
    'CLASSES_DIFFER',
    `${what}: expected the ${count === 1 ? 'one class' : `${count} classes`} of the run for a metric of classes, got ${listedClasses(names)}`,
    {
      kind: 'data',
      hint: 'Leave out metrics that compare class by class, such as intra-class-fid, or name images in folders of the same classes.',
    },
  );
}
