/**
 * Rows of separated values (RFC 4180): values may be quoted, and then hold separators, ends of lines and doubled quotes.
 * Empty lines are left out.
 * @returns null where a quote is not closed
 */
export function parseSeparated(text: string, separator: string): string[][] | null {
  const rows: string[][] = [];
  let row: string[] = [];
  let value = '';
  let isQuoted = false;
  const endValue = (): void => {
    row.push(value);
    value = '';
  };
  const endRow = (): void => {
    endValue();
    if (row.length > 1 || row[0] !== '') rows.push(row);
    row = [];
  };
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (isQuoted) {
      if (character !== '"') value += character;
      else if (text[at + 1] === '"') value += text[++at]!;
      else isQuoted = false;
    } else if (character === '"' && value === '') isQuoted = true;
    else if (character === separator) endValue();
    else if (character === '\n') endRow();
    else if (character !== '\r') value += character;
  }
  if (isQuoted) return null;
  endRow();
  return rows;
}
