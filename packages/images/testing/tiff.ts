export interface TiffOptions {
  readonly width: number;
  readonly height: number;
  /** Values of a pixel. */
  readonly channels: number;
  readonly bits: number;
  /** 1: unsigned, 2: signed, 3: floats. */
  readonly format: 1 | 2 | 3;
  /** 0: zero is white, 1: zero is black, 2: RGB. */
  readonly photometric: number;
  readonly data: Uint8Array;
}

/** A TIFF of one strip without compression, little endian. */
export function tiffOf({ width, height, channels, bits, format, photometric, data }: TiffOptions): Buffer {
  const listAt = 8 + data.length + (data.length & 1);
  const short = 3;
  const long = 4;
  const tags: readonly (readonly [tag: number, type: number, count: number, value: number])[] = [
    [256, long, 1, width],
    [257, long, 1, height],
    [258, short, channels, channels > 1 ? listAt : bits],
    [259, short, 1, 1],
    [262, short, 1, photometric],
    [273, long, 1, 8],
    [277, short, 1, channels],
    [278, long, 1, height],
    [279, long, 1, data.length],
    [339, short, channels, channels > 1 ? listAt + 8 : format],
  ];
  const at = listAt + 16;
  const bytes = Buffer.alloc(at + 2 + 12 * tags.length + 4);
  bytes.write('II*\0', 0, 'latin1');
  bytes.writeUInt32LE(at, 4);
  bytes.set(data, 8);
  for (let i = 0; i < Math.min(channels, 4); i++) {
    bytes.writeUInt16LE(bits, listAt + 2 * i);
    bytes.writeUInt16LE(format, listAt + 8 + 2 * i);
  }
  bytes.writeUInt16LE(tags.length, at);
  tags.forEach(([tag, type, count, value], i) => {
    const entry = at + 2 + 12 * i;
    bytes.writeUInt16LE(tag, entry);
    bytes.writeUInt16LE(type, entry + 2);
    bytes.writeUInt32LE(count, entry + 4);
    bytes.writeUInt32LE(value, entry + 8);
  });
  return bytes;
}
