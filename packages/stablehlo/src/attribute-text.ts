/** A string of MLIR: quotes, backslashes and what is no printable ASCII are escaped as bytes. */
export function quoted(text: string): string {
  const bytes = [...Buffer.from(text, 'utf8')].map((byte) =>
    byte < 0x20 || byte > 0x7e || byte === 0x22 || byte === 0x5c
      ? `\\${byte.toString(16).toUpperCase().padStart(2, '0')}`
      : String.fromCharCode(byte),
  );
  return `"${bytes.join('')}"`;
}

/** `[1, 2]` */
export const listText = (numbers: readonly number[]): string => `[${numbers.join(', ')}]`;

/** `array<i64: 1, 2>`, `array<i64>` */
export const arrayText = (numbers: readonly number[]): string =>
  numbers.length === 0 ? 'array<i64>' : `array<i64: ${numbers.join(', ')}>`;

/** `dense<[[1, 1], [0, 0]]> : tensor<2x2xi64>` of rows of equal length. */
export function matrixText(rows: readonly (readonly number[])[], columns: number): string {
  const type = `tensor<${rows.length}x${columns}xi64>`;
  if (rows.length === 0 || columns === 0) return `dense<> : ${type}`;
  return `dense<[${rows.map(listText).join(', ')}]> : ${type}`;
}
