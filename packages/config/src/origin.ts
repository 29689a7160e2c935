/** Where the value of a key came from. */
export type Origin =
  | { readonly kind: 'default' }
  | { readonly kind: 'preset'; readonly id: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'flag'; readonly flag: string };

export const defaultOrigin: Origin = { kind: 'default' };

/** An origin in words, as `config show` and messages say it. */
export function describeOrigin(origin: Origin): string {
  switch (origin.kind) {
    case 'default':
      return 'default';
    case 'preset':
      return `preset ${origin.id}`;
    case 'file':
      return origin.path;
    case 'flag':
      return origin.flag;
  }
}

/** The origin of a key: its own, or that of the nearest key above it that has one. */
export function originOf(origins: ReadonlyMap<string, Origin>, path: string): Origin {
  for (
    let current = path;
    current !== '';
    current = current.slice(0, Math.max(0, current.lastIndexOf('.')))
  ) {
    const origin = origins.get(current);
    if (origin !== undefined) return origin;
  }
  return defaultOrigin;
}
