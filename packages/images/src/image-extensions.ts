/** Extensions, in lower case, of the files that are decoded. What a file really is, its content decides. */
export const imageExtensions = ['jpg', 'jpeg', 'png', 'webp', 'gif', 'tif', 'tiff', 'avif'] as const;

const known = new Set<string>(imageExtensions);

export function hasImageExtension(path: string): boolean {
  const dot = path.lastIndexOf('.');
  return dot > path.lastIndexOf('/') && known.has(path.slice(dot + 1).toLowerCase());
}
