import { readFileSync } from 'node:fs';
import type { WeightTensor } from '@ganymede/core';

/** The float32 tensors of a file: a length, a JSON header and the numbers. */
export function readSafetensors(path: string): Readonly<Record<string, WeightTensor>> {
  const file = readFileSync(path);
  const headerLength = Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.toString('utf8', 8, 8 + headerLength)) as Record<
    string,
    { shape: number[]; data_offsets: [number, number] }
  >;
  return Object.fromEntries(
    Object.entries(header).flatMap(([name, { shape, data_offsets: range }]) => {
      if (name === '__metadata__') return [];
      const bytes = file.subarray(8 + headerLength + range[0], 8 + headerLength + range[1]);
      return [[name, { shape, data: new Float32Array(Uint8Array.from(bytes).buffer) }]];
    }),
  );
}
