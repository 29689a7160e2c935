const otherImages: Readonly<Record<string, string>> = {
  bmp: 'a BMP',
  heic: 'a HEIC',
  heif: 'a HEIF',
  jp2: 'a JPEG 2000',
  jxl: 'a JPEG XL',
  svg: 'an SVG',
  psd: 'a Photoshop',
  exr: 'an OpenEXR',
  hdr: 'a Radiance HDR',
  ppm: 'a PPM',
  pgm: 'a PGM',
  pbm: 'a PBM',
  tga: 'a TGA',
  ico: 'an icon',
  dng: 'a raw camera',
  cr2: 'a raw camera',
  nef: 'a raw camera',
  fits: 'a FITS',
  npy: 'a numpy',
};

/** Lower case, without the dot. */
export function extensionOf(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1).toLowerCase();
}

/** Why a file without an extension of those that are decoded is passed over, in words that follow its name. */
export function otherExtension(path: string): string {
  const kind = otherImages[extensionOf(path)];
  return kind === undefined
    ? 'is not an image by its extension'
    : `is ${kind} image by its extension, which is not read: convert it to PNG`;
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
