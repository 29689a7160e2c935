import { parse } from 'yaml';
import { badAxis } from './errors.js';

/**
 * Reads an axis of a grid as it is typed, `batchSize=16,64`: the values are a YAML list without its brackets.
 * @returns the values by the axis's key
 * @throws BAD_SWEEP
 */
export function parseAxis(text: string): Record<string, unknown[]> {
  const equals = text.indexOf('=');
  if (equals <= 0) throw badAxis(text, equals < 0 ? 'no =' : 'no key');
  const key = text.slice(0, equals).trim();
  let values: unknown;
  try {
    values = parse(`[${text.slice(equals + 1)}]`);
  } catch (error) {
    throw badAxis(text, (error as Error).message.split('\n')[0]!);
  }
  if (!Array.isArray(values) || values.length === 0) throw badAxis(text, 'no values');
  return { [key]: values as unknown[] };
}
