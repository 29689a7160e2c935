/**
 * Fields of protobuf messages, serialized by hand: a protobuf runtime would be larger than the few messages that TensorFlow's
 * C API takes.
 */

/** A number of 0 or more in base 128, its lowest digits first. */
export function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest & 127) | 128);
    rest = Math.floor(rest / 128);
  }
  return [...bytes, rest];
}

/** A field of a varint type. */
export const integerField = (field: number, value: number): number[] => [
  ...varint(field * 8),
  ...varint(value),
];
/** A field of bytes, or of a message within. */
export const bytesField = (field: number, bytes: readonly number[]): number[] => [
  ...varint(field * 8 + 2),
  ...varint(bytes.length),
  ...bytes,
];
export const textField = (field: number, text: string): number[] => bytesField(field, [...Buffer.from(text)]);
