/** What a reader of some numbers must know: a bias, or sets that say nothing. */
export interface Caution {
  /** What kind of thing it is, kebab-case, for programs: `few-images`, say. */
  readonly code: string;
  /** Names of the numbers that it is about. */
  readonly numbers: readonly string[];
  /** In words, with counts; the names of the numbers stand beside it. */
  readonly text: string;
}

/** `fid, kid: 20 generated images ...`: the numbers, and what has to be said of them. */
export const cautionLine = ({ numbers, text }: Pick<Caution, 'numbers' | 'text'>): string =>
  numbers.length === 0 ? text : `${numbers.join(', ')}: ${text}`;

/** Beside a number in a table that something is said of below. */
export const cautionMark = '†';
