import { describeContent } from '@ganymede/files';

/** Formats that are decoded. */
export type ImageKind = 'jpeg' | 'png' | 'gif' | 'webp' | 'tiff' | 'avif';

const at = (bytes: Uint8Array, start: number, text: string): boolean =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString(
    'latin1',
    start,
    Math.min(bytes.length, start + text.length),
  ) === text;

/** Brands of ISO media files that AVIF has; HEIC has others. */
const avifBrands = ['avif', 'avis'];

/** What the first bytes say; null for everything that is not decoded. */
export function imageKind(bytes: Uint8Array): ImageKind | null {
  if (at(bytes, 0, '\xff\xd8\xff')) return 'jpeg';
  if (at(bytes, 0, '\x89PNG\r\n\x1a\n')) return 'png';
  if (at(bytes, 0, 'GIF87a') || at(bytes, 0, 'GIF89a')) return 'gif';
  if (at(bytes, 0, 'RIFF') && at(bytes, 8, 'WEBP')) return 'webp';
  if (['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].some((magic) => at(bytes, 0, magic))) return 'tiff';
  if (at(bytes, 4, 'ftyp')) {
    const brands = Buffer.from(bytes.subarray(8, 64)).toString('latin1');
    if (avifBrands.some((brand) => brands.includes(brand))) return 'avif';
  }
  return null;
}

export const kindNames: Readonly<Record<ImageKind, string>> = {
  jpeg: 'JPEG',
  png: 'PNG',
  gif: 'GIF',
  webp: 'WebP',
  tiff: 'TIFF',
  avif: 'AVIF',
};

const others: readonly (readonly [start: number, magic: string, what: string])[] = [
  [0, 'BM', 'a BMP image'],
  [0, '8BPS', 'a Photoshop file'],
  [0, '\0\0\x01\0', 'an icon'],
  [0, '\0\0\0\x0cjP  ', 'a JPEG 2000 image'],
  [0, '\xff\x0a', 'a JPEG XL image'],
  [0, '\0\0\0\x0cJXL ', 'a JPEG XL image'],
  [0, '\x76\x2f\x31\x01', 'an OpenEXR image'],
  [0, '#?RADIANCE', 'a Radiance HDR image'],
  [0, '#?RGBE', 'a Radiance HDR image'],
  [0, 'SIMPLE  =', 'a FITS image'],
  [4, 'ftyphe', 'a HEIC image'],
  [4, 'ftypmi', 'a HEIC image'],
  [4, 'ftyp', 'a video'],
  [0, '\x1a\x45\xdf\xa3', 'a video'],
  [0, '%PDF', 'a PDF document'],
  [0, 'PK\x03\x04', 'a zip archive'],
  [0, '\x1f\x8b', 'a gzip file'],
  [0, '\x93NUMPY', 'a numpy array'],
  [0, '\x89HDF', 'an HDF5 file'],
  [0, '\x80', 'a Python pickle'],
];
const images = /image$|^an icon$|Photoshop/;

/** What a file that is no image of a kind that is read is instead, with what to do; `null` where nothing is known. */
export function describeOther(bytes: Uint8Array): string | null {
  const found = others.find(([start, magic]) => at(bytes, start, magic));
  if (found)
    return images.test(found[2])
      ? `is ${found[2]}, which is not read: convert it to PNG`
      : `is ${found[2]}, not an image`;
  const head = Buffer.from(bytes.subarray(0, 4096)).toString('latin1');
  if (/^P[1-7]\s/.test(head)) return 'is a PNM image, which is not read: convert it to PNG';
  const text = head.replace(/^\xef\xbb\xbf/, '').trimStart();
  if (/^<\?xml[^>]*>\s*(<!--[^]*?-->\s*|<!DOCTYPE[^>]*>\s*)*<svg|^<svg/i.test(text))
    return 'is an SVG drawing, which is not read: convert it to PNG';
  const content = describeContent(bytes.subarray(0, 4096));
  if (content !== null) return `is ${content}, not an image`;
  if (/^[[{]/.test(text)) return 'is a JSON text, not an image';
  if (/^[\t\n\r\x20-\x7e\x80-\xff]+$/.test(head) && !/[\x80-\x9f]{2}/.test(head))
    return 'is a text, not an image';
  return null;
}
