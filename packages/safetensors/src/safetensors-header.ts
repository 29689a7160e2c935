import { GanymedeError, recordOf } from '@ganymede/core';
import { elementCount } from './host-tensor.js';

/** Bytes per value of every dtype of the safetensors format that is a whole number of bytes. */
const storedBytes: Readonly<Record<string, number>> = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
};

/** The reference implementation's limit on the header, in bytes. */
export const maxHeaderBytes = 100_000_000;

/** Where one tensor lies. Offsets are bytes from the start of the file. */
export interface SafetensorsEntry {
  /** As stored: half-precision tensors are read as F32. */
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  readonly entries: ReadonlyMap<string, SafetensorsEntry>;
  readonly metadata: Readonly<Record<string, string>>;
}

export function safetensorsDamaged(
  where: string,
  expected: string,
  got: string,
  cause?: unknown,
): GanymedeError {
  return new GanymedeError('SAFETENSORS_DAMAGED', `${where}: expected ${expected}, got ${got}`, {
    kind: 'data',
    hint: 'The file is damaged, cut short or no safetensors file. Copy or download it again.',
    cause,
  });
}

/**
 * The length of the header from the first 8 bytes of a file.
 * @throws SAFETENSORS_DAMAGED if the file is too short for it
 */
export function headerLength(where: string, first: Uint8Array, fileBytes: number): number {
  if (first.byteLength < 8) throw safetensorsDamaged(where, 'at least 8 bytes', `${first.byteLength} bytes`);
  const length = new DataView(first.buffer, first.byteOffset, 8).getBigUint64(0, true);
  if (length > BigInt(maxHeaderBytes)) {
    throw safetensorsDamaged(`${where}: header length`, `at most ${maxHeaderBytes} bytes`, `${length} bytes`);
  }
  if (8 + Number(length) > fileBytes) {
    throw safetensorsDamaged(
      `${where}: header length`,
      `at most the ${fileBytes - 8} bytes that follow`,
      `${length} bytes`,
    );
  }
  return Number(length);
}

/**
 * Parses and checks a header: every size matches its dtype and shape, and the tensors cover the rest of the file
 * without overlap or hole.
 * @throws SAFETENSORS_DAMAGED, SAFETENSORS_UNSUPPORTED (a dtype that is not read, e.g. F8_E4M3)
 */
export function parseSafetensorsHeader(
  where: string,
  header: Uint8Array,
  fileBytes: number,
): SafetensorsHeader {
  let text: string;
  let parsed: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(header);
    parsed = JSON.parse(text);
  } catch (error) {
    throw safetensorsDamaged(
      `${where}: header`,
      'JSON in UTF-8',
      error instanceof Error ? error.message : String(error),
      error,
    );
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw safetensorsDamaged(`${where}: header`, 'a JSON object', shown(parsed));
  }
  const names = Object.keys(parsed);
  const written = topLevelKeys(text);
  if (written !== names.length)
    throw safetensorsDamaged(`${where}: header`, 'each name once', `${names.length} names ${written} times`);
  const dataBegin = 8 + header.byteLength;
  const entries = new Map<string, SafetensorsEntry>();
  let metadata = recordOf<string>();
  for (const [name, value] of Object.entries(parsed)) {
    if (name === '__metadata__') metadata = parseMetadata(where, value);
    else entries.set(name, parseEntry(`${where}: tensor ${name}`, value, dataBegin));
  }
  checkCoverage(where, entries, dataBegin, fileBytes);
  return { entries, metadata };
}

function parseMetadata(where: string, value: unknown): Record<string, string> {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isRecord || Object.values(value).some((text) => typeof text !== 'string')) {
    throw safetensorsDamaged(`${where}: __metadata__`, 'an object of strings', shown(value));
  }
  return recordOf(Object.entries(value as Record<string, string>));
}

/** A value in an error: short, whatever a made-up header holds. */
function shown(value: unknown): string {
  if (value === undefined) return 'none';
  const list = Array.isArray(value) ? (value as unknown[]) : null;
  const isFlat = list !== null && list.length <= 16 && list.every((item) => !(item instanceof Object));
  if (value instanceof Object && !isFlat) return list ? `a list of ${list.length}` : 'an object';
  return JSON.stringify(value).slice(0, 80);
}

/** How many keys the outer object has as it is written, in valid JSON; JSON.parse keeps the last of two. */
function topLevelKeys(json: string): number {
  let depth = 0;
  let keys = 0;
  for (let at = 0; at < json.length; at++) {
    const character = json[at]!;
    if (character === '"') {
      for (at++; json[at] !== '"'; at++) if (json[at] === '\\') at++;
    } else if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') depth--;
    else if (character === ':' && depth === 1) keys++;
  }
  return keys;
}

function parseEntry(where: string, value: unknown, dataBegin: number): SafetensorsEntry {
  const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Record<string, unknown>;
  if (typeof dtype !== 'string') throw safetensorsDamaged(`${where}: dtype`, 'a string', shown(dtype));
  const bytesEach = Object.hasOwn(storedBytes, dtype) ? storedBytes[dtype] : undefined;
  if (bytesEach === undefined) {
    throw new GanymedeError(
      'SAFETENSORS_UNSUPPORTED',
      `${where}: expected a dtype of ${Object.keys(storedBytes).join(', ')}, got ${dtype.slice(0, 40)}`,
      { kind: 'data', hint: 'Convert the tensor to one of these dtypes where the file was made.' },
    );
  }
  const count = Array.isArray(shape) ? elementCount(shape as number[]) : NaN;
  if (Number.isNaN(count)) {
    throw safetensorsDamaged(`${where}: shape`, 'a list of non-negative integers', shown(shape));
  }
  const [begin, end] = (Array.isArray(offsets) ? offsets : []) as [unknown, unknown];
  if (!isOffset(begin) || !isOffset(end) || begin > end || (offsets as unknown[]).length !== 2) {
    throw safetensorsDamaged(`${where}: data_offsets`, 'two ascending integers', shown(offsets));
  }
  if (end - begin !== count * bytesEach) {
    throw safetensorsDamaged(
      `${where}: data_offsets`,
      `${count * bytesEach} bytes for ${dtype} [${(shape as number[]).join(', ')}]`,
      `${end - begin} bytes`,
    );
  }
  return { dtype, shape: shape as number[], begin: dataBegin + begin, end: dataBegin + end };
}

function isOffset(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function checkCoverage(
  where: string,
  entries: ReadonlyMap<string, SafetensorsEntry>,
  dataBegin: number,
  fileBytes: number,
): void {
  const inOrder = [...entries].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  let covered = dataBegin;
  for (const [name, { begin, end }] of inOrder) {
    if (begin !== covered) {
      throw safetensorsDamaged(
        `${where}: tensor ${name}`,
        `to start at byte ${covered}, where the tensor before it ends`,
        `${begin} (${begin < covered ? 'overlap' : 'hole'})`,
      );
    }
    covered = end;
  }
  if (covered !== fileBytes) {
    throw safetensorsDamaged(where, `${covered} bytes, as its header says`, `${fileBytes} bytes`);
  }
}
