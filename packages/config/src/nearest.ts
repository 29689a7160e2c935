import { distance } from 'fastest-levenshtein';

/**
 * The known name that was probably meant: the one with the fewest edits, if these are at most a third of its
 * letters (at least two), or one that the typed name is the beginning of. Null where nothing is close.
 */
export function nearest(name: string, known: Iterable<string>): string | null {
  const typed = name.toLowerCase();
  let best: string | null = null;
  let fewest = Infinity;
  for (const candidate of known) {
    const edits = distance(typed, candidate.toLowerCase());
    const allowed = Math.max(2, Math.ceil(candidate.length / 3));
    const close = edits <= allowed && edits < Math.max(typed.length, candidate.length);
    const begun = typed.length >= 3 && candidate.toLowerCase().startsWith(typed);
    if ((close || begun) && edits < fewest) {
      best = candidate;
      fewest = edits;
    }
  }
  return best;
}
