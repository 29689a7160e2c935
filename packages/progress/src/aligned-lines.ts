/**
 * A table whose columns are lined up, two blanks apart, the heads first.
 * @param left - that many columns from the first are lined up to the left, the others to the right
 */
export function alignedLines(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  left = 1,
): readonly string[] {
  const widths = heads.map((head, i) => Math.max(head.length, ...rows.map((row) => row[i]!.length)));
  return [heads, ...rows].map((row) =>
    row
      .map((cell, i) => (i < left ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join('  ')
      .trimEnd(),
  );
}
