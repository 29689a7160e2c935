/**
 * A record for names from outside: of tensors, classes, options, numbers. It has no prototype, so that a name such as
 * `constructor` or `__proto__` is an entry like the others where it was given, and undefined where it was not.
 */
export function recordOf<T>(entries: Iterable<readonly [string, T]> = []): Record<string, T> {
  const record = Object.create(null) as Record<string, T>;
  for (const [name, value] of entries) record[name] = value;
  return record;
}
