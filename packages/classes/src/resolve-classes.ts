import { parseClassList, type ListedClass } from './class-list.js';
import { ambiguousClass, badClassList, unknownClass } from './errors.js';

/**
 * Labels of classes that a user names. A text that is the name of a class is that class, whatever is in it; else it is a
 * list in the form of `parseClassList`. An entry is a name first and a number second, so that `7` is the class that is
 * called 7 where there is one. Names are compared after Unicode's canonical composition (NFC).
 * @throws UNKNOWN_CLASS, AMBIGUOUS_CLASS, BAD_CLASS_LIST
 */
export function resolveClasses(wanted: readonly (string | number)[], names: readonly string[]): number[] {
  return wanted.flatMap((one) => {
    const text = String(one);
    const whole = placeOf(text, names);
    if (whole !== null) return [whole];
    return parseClassList(text).map((entry) => placeOfEntry(entry, names));
  });
}

/** All classes where none are named. @throws as `resolveClasses`, BAD_CLASS_LIST for a list without any */
export function chosenClasses(
  wanted: readonly (string | number)[] | undefined,
  names: readonly string[],
): number[] {
  if (wanted?.length === 0) throw badClassList('', 'an empty list');
  return wanted ? resolveClasses(wanted, names) : names.map((_, label) => label);
}

/** The label of one class, by name or number; a comma is part of the name. @throws as `resolveClasses` */
export function resolveClass(text: string, names: readonly string[]): number {
  return placeOf(text, names) ?? placeOfEntry({ text: text.trim(), quoted: false }, names);
}

function placeOfEntry({ text, quoted }: ListedClass, names: readonly string[]): number {
  const named = placeOf(text, names);
  if (named !== null) return named;
  const number = !quoted && /^\d+$/.test(text) ? Number(text) : names.length;
  if (number >= names.length) throw unknownClass(text, names);
  return number;
}

/** @returns null where no class has the name */
function placeOf(name: string, names: readonly string[]): number | null {
  const places = placesWhere(names, (one) => one === name);
  const found =
    places.length > 0 ? places : placesWhere(names, (one) => one.normalize('NFC') === name.normalize('NFC'));
  if (found.length > 1) throw ambiguousClass(name, found);
  return found[0] ?? null;
}

function placesWhere(names: readonly string[], is: (name: string) => boolean): number[] {
  return names.flatMap((name, i) => (is(name) ? [i] : []));
}
