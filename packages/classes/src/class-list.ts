import { badClassList } from './errors.js';

/** One entry of a list of classes. */
export interface ListedClass {
  readonly text: string;
  /** In quotes blanks belong to the name, and digits are never the number of a class. */
  readonly quoted: boolean;
}

/**
 * Reads classes separated by commas, as CSV quotes them (RFC 4180): `cat,"tench, Tinca tinca"`, a quote inside quotes
 * twice. Blanks around an entry without quotes are not part of it.
 * @throws BAD_CLASS_LIST where an entry is empty, or a quote is not closed
 */
export function parseClassList(text: string): readonly ListedClass[] {
  const entries: ListedClass[] = [];
  let rest = text;
  for (;;) {
    const quoted = /^\s*"((?:[^"]|"")*)"\s*(?:,|$)/u.exec(rest);
    const match = quoted ?? /^([^,]*)(?:,|$)/u.exec(rest)!;
    const entry = quoted ? match[1]!.replaceAll('""', '"') : match[1]!.trim();
    if (!quoted && entry.startsWith('"')) throw badClassList(text, 'a quote that is not closed');
    if (entry === '') throw badClassList(text, 'an empty name');
    entries.push({ text: entry, quoted: quoted !== null });
    if (!match[0].endsWith(',')) return entries;
    rest = rest.slice(match[0].length);
  }
}
