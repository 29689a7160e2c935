export {
  type DecodedImage,
  type TargetImage,
  decodeImage,
  decodeRaw,
  decoderVersion,
  readImageHeader,
} from './decode-image.js';
export { type RawImage } from './raw-image.js';
export { type UnusableImage, isUnusable } from './pixel-formats.js';
export { markAsSheet, withoutSheets } from './sheet-mark.js';
