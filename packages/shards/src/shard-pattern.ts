import { nothingThere } from './errors.js';

/** More are no data set but a mistyped pattern. */
const mostShards = 100_000;

/**
 * `train-{000..146}.tar` as the names that it stands for, digits as many as are written; anything else stands for itself.
 * @throws SHARDS_NOT_FOUND where the range has no end
 */
export function expandPattern(pattern: string): readonly string[] {
  const match = /^(.*?)\{(\d+)\.\.(\d+)\}(.*)$/s.exec(pattern);
  if (match === null) return [pattern];
  const [, before, first, last, after] = match as unknown as [string, string, string, string, string];
  const [from, to] = [Number(first), Number(last)];
  if (to < from || to - from >= mostShards)
    throw nothingThere(pattern, `a range from ${from} to ${to}, of which the second is to be the larger`);
  return Array.from({ length: to - from + 1 }, (_, i) =>
    String(from + i).padStart(first.length, '0'),
  ).flatMap((number) => expandPattern(before + number + after));
}

/** Whether a path stands for several. */
export function isPattern(path: string): boolean {
  return /\{\d+\.\.\d+\}/.test(path);
}

/** The last part of a path. */
export function nameIn(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}
