/**
 * The messages of TensorBoard's event files, encoded by hand: four fields of tensorflow/core/util/event.proto and two of
 * tensorflow/core/framework/summary.proto. Field numbers and wire types are theirs.
 */
const utf8 = new TextEncoder();

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = BigInt(value);
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  return [...bytes, Number(rest)];
}

const tag = (field: number, wireType: 0 | 1 | 2 | 5): number[] => varint((field << 3) | wireType);
const bytesField = (field: number, bytes: Uint8Array | readonly number[]): number[] => [
  ...tag(field, 2),
  ...varint(bytes.length),
  ...bytes,
];

function float(value: number): Uint8Array {
  return new Uint8Array(Float32Array.of(value).buffer);
}

/** An event with a body. @param seconds - since 1970 */
function eventOf(seconds: number, step: number, body: readonly number[]): Uint8Array {
  const time = new Uint8Array(Float64Array.of(seconds).buffer);
  return Uint8Array.from([...tag(1, 1), ...time, ...tag(2, 0), ...varint(step), ...body]);
}

/** The first of every file. */
export function versionEvent(seconds: number): Uint8Array {
  return eventOf(seconds, 0, bytesField(3, utf8.encode('brain.Event:2')));
}

/** Numbers of one step: Summary { repeated Value { string tag = 1; float simple_value = 2 } }. */
export function scalarsEvent(
  seconds: number,
  step: number,
  scalars: readonly (readonly [name: string, value: number])[],
): Uint8Array {
  const values = scalars.flatMap(([name, value]) =>
    bytesField(1, [...bytesField(1, utf8.encode(name)), ...tag(2, 5), ...float(value)]),
  );
  return eventOf(seconds, step, bytesField(5, values));
}

/** Tells TensorBoard that what it has of this step and later is done again: SessionLog { status: START }. */
export function restartEvent(seconds: number, step: number): Uint8Array {
  return eventOf(seconds, step, bytesField(7, [...tag(1, 0), 1]));
}
