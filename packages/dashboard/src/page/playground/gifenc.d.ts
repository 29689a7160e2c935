/** gifenc has no types of its own. */
declare module 'gifenc' {
  type Palette = readonly (readonly number[])[];

  interface Encoder {
    /** @param options - `delay` in milliseconds; the animation repeats for ever unless `repeat` says otherwise */
    writeFrame(
      index: Uint8Array,
      width: number,
      height: number,
      options: { readonly palette: Palette; readonly delay: number },
    ): void;
    finish(): void;
    bytes(): Uint8Array<ArrayBuffer>;
  }
  export function GIFEncoder(): Encoder;
  /** @param rgba - the whole of its buffer is read */
  export function quantize(rgba: Uint8ClampedArray, maxColors: number): Palette;
  export function applyPalette(rgba: Uint8ClampedArray, palette: Palette): Uint8Array;
}
