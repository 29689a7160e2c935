/** Extensions, in lower case, of the files that are decoded. What a file really is, its content decides. */
export const imageExtensions = ['jpg', 'jpeg', 'png', 'webp', 'gif', 'tif', 'tiff', 'avif'] as const;

const known = new Set<string>(imageExtensions);

export function hasImageExtension(path: string): boolean {
  const dot = path.lastIndexOf('.');
  return dot > path.lastIndexOf('/') && known.has(path.slice(dot + 1).toLowerCase());
}

/**
 * Whether a path is what operating systems leave behind (`.DS_Store`, `._x.jpg`, `__MACOSX/`, `Thumbs.db`) or hidden.
 * Such files are nobody's images, so they are passed over without a word, in strict mode too.
 */
export function isJunk(path: string): boolean {
  return path
    .split('/')
    .some(
      (part) =>
        (part.startsWith('.') && part !== '.') ||
        part === '__MACOSX' ||
        part === 'Thumbs.db' ||
        part === 'desktop.ini',
    );
}

/** Order by UTF-16 code units: the same on every machine, whatever its locale. Labels depend on it. */
export function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
