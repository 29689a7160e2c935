export {
  type DecodedImage,
  type TargetImage,
  decodeImage,
  decodeRaw,
  decoderVersion,
  readImageHeader,
} from './decode-image.js';
export { hasImageExtension, imageExtensions } from './image-extensions.js';
export { backgroundOption, targetImage } from './target-image.js';
export { encodePng } from './encode-png.js';
export { proveImage } from './prove-image.js';
export { type RawImage } from './raw-image.js';
export { type UnusableImage, isUnusable } from './pixel-formats.js';
export { withPngText } from './png-text.js';
export { markAsSheet, withoutSheets } from './sheet-mark.js';
