import { badQuantity } from './errors.js';
import type { GivenNumbers } from './plan-cluster.js';
import { parseBytes, parsePoint, parseRate, parseSeconds } from './quantities.js';

type Parse = (name: string, text: string) => unknown;

const number: Parse = (name, text) => {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw badQuantity(name, 'a number', text);
  return value;
};

const count: Parse = (name, text) => {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw badQuantity(name, 'an integer of at least 1', text);
  return value;
};

/** The number of each flag of `plan`, and how its words are read. */
const readers: Readonly<Record<string, readonly [keyof GivenNumbers, Parse]>> = {
  step: ['step', (name, text) => parsePoint(name, text, parseSeconds)],
  memory: ['memory', (name, text) => parsePoint(name, text, parseBytes)],
  bandwidth: ['bandwidth', parseRate],
  latency: ['latencySeconds', parseSeconds],
  gap: ['gapSeconds', parseSeconds],
  jitter: ['jitter', number],
  'image-bytes': ['imageBytes', parseBytes],
  'read-rate': ['readRate', parseRate],
  'write-rate': ['writeRate', parseRate],
  price: ['price', number],
  mtbf: ['hostSecondsToFailure', parseSeconds],
  restart: ['restartSeconds', parseSeconds],
  classes: ['classes', count],
};

/**
 * What flags of a command line say, by their names without dashes; others are not looked at.
 * @param flags - a text each, or texts where a flag may be repeated
 * @throws BAD_QUANTITY
 */
export function numbersOfFlags(flags: Readonly<Record<string, unknown>>): GivenNumbers {
  return Object.fromEntries(
    Object.entries(readers).flatMap(([flag, [key, parse]]) => {
      const words = flags[flag];
      if (typeof words === 'string') return [[key, parse(`--${flag}`, words)]];
      return Array.isArray(words) ? [[key, words.map((one: string) => parse(`--${flag}`, one))]] : [];
    }),
  );
}
