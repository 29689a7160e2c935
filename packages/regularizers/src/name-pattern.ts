/**
 * Whether a dotted name matches a pattern in which `*` stands for any characters, dots included: `*embed*` matches
 * `blocks.0.embedding.weight`.
 */
export function matchesPattern(name: string, pattern: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(name);
}
