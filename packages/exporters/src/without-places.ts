import { basename, isAbsolute, win32 } from 'node:path';

/**
 * A value of JSON for strangers' eyes: absolute paths are replaced by their last part. A run's config says where on this
 * machine data, weights and plugins lie, which with a page would go to everyone.
 */
export function withoutPlaces(value: unknown): unknown {
  if (typeof value === 'string') {
    if (isAbsolute(value)) return basename(value);
    return win32.isAbsolute(value) ? win32.basename(value) : value;
  }
  if (Array.isArray(value)) return value.map(withoutPlaces);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutPlaces(inner)]));
}
