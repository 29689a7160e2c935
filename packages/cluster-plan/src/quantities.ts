import { badClusterInput, badQuantity } from './errors.js';

const seconds: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  ms: 1e-3,
  s: 1,
  min: 60,
  h: 3600,
  d: 86_400,
};

/** Decimal, as networks and disks are sold; `GiB` is binary. */
const prefixes: Readonly<Record<string, number>> = { '': 1, k: 1e3, K: 1e3, M: 1e6, G: 1e9, T: 1e12 };
const binaryPrefixes: Readonly<Record<string, number>> = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

const form = /^(\d+(?:\.\d*)?(?:e[+-]?\d+)?|\.\d+)\s*([a-zA-Zµ]+)$/;

function parts(text: string): readonly [number, string] | null {
  const found = form.exec(text.trim());
  const value = Number(found?.[1]);
  return found && Number.isFinite(value) && value > 0 ? [value, found[2]!] : null;
}

/** `50us`, `1000h`, in seconds. @throws BAD_QUANTITY */
export function parseSeconds(name: string, text: string): number {
  const [value, unit] = parts(text) ?? [];
  const factor = seconds[unit ?? ''];
  if (value === undefined || factor === undefined)
    throw badQuantity(name, 'a duration such as 50us, 60s or 1000h', text);
  return value * factor;
}

/** `110kB`, `24GiB`, in bytes. @throws BAD_QUANTITY */
export function parseBytes(name: string, text: string): number {
  const bytes = bytesOf(text);
  if (bytes === null) throw badQuantity(name, 'a size such as 110kB or 24GB', text);
  return bytes;
}

/** `10Gbit`, `500MB`, with or without `/s`, in bytes a second. @throws BAD_QUANTITY */
export function parseRate(name: string, text: string): number {
  const amount = text.trim().replace(/\/s$/, '');
  const bytes = bytesOf(amount) ?? bitsOf(amount);
  if (bytes === null) throw badQuantity(name, 'a rate such as 10Gbit or 500MB', text);
  return bytes;
}

function bytesOf(text: string): number | null {
  const [value, unit = ''] = parts(text) ?? [];
  if (value === undefined || !unit.endsWith('B')) return null;
  const prefix = unit.slice(0, -1);
  const factor = prefix.endsWith('i') ? binaryPrefixes[prefix.slice(0, -1)] : prefixes[prefix];
  return factor === undefined ? null : value * factor;
}

function bitsOf(text: string): number | null {
  const [value, unit = ''] = parts(text) ?? [];
  const factor = unit.endsWith('bit') ? prefixes[unit.slice(0, -'bit'.length)] : undefined;
  return value === undefined || factor === undefined ? null : (value * factor) / 8;
}

/** A number that was seen with so many images in a micro-batch of one process. */
export interface Point {
  readonly images: number;
  readonly value: number;
}

/**
 * `1.9s@256`: what is before the @ at 256 images.
 * @throws BAD_QUANTITY
 */
export function parsePoint(name: string, text: string, parse: (name: string, text: string) => number): Point {
  const at = text.lastIndexOf('@');
  const images = Number(text.slice(at + 1));
  if (at < 0 || !Number.isSafeInteger(images) || images < 1)
    throw badQuantity(name, 'a value and its images, such as 1.9s@256', text);
  return { images, value: parse(name, text.slice(0, at)) };
}

/** More processes than this nobody plans, and a plan would take minutes. */
const mostWorkers = 65_536;

/**
 * `1,2,4`, and `1..512` for each power of two times the first up to the last; ascending.
 * @throws BAD_CLUSTER_INPUT
 */
export function parseWorkerCounts(text: string): readonly number[] {
  const expected = `counts from 1 to ${mostWorkers} such as 1,2,4 or 1..512`;
  const counts = text.split(',').flatMap((word) => {
    const ends = word.trim().split('..');
    if (ends.length > 2 || !ends.every((end) => /^\d+$/.test(end)))
      throw badClusterInput('--workers', expected, text);
    const [first, last] = [Number(ends[0]), Number(ends.at(-1))] as const;
    if (first < 1 || last < first || last > mostWorkers) throw badClusterInput('--workers', expected, text);
    const between: number[] = [];
    for (let count = first; count < last; count *= 2) between.push(count);
    return [...between, last];
  });
  return [...new Set(counts)].sort((a, b) => a - b);
}

/** The readers of quantities under one name. */
export const quantities = { parseSeconds, parseBytes, parseRate, parsePoint, parseWorkerCounts } as const;
