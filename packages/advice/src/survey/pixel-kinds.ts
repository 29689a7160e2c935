/** How many images are grey, and how many let something shine through. */
export interface PixelKinds {
  readonly grey: number;
  readonly transparent: number;
}

/** @param pixels - uint8 [N, area, 4]: red, green, blue and alpha */
export function pixelKinds(pixels: Uint8Array, area: number): PixelKinds {
  let grey = 0;
  let transparent = 0;
  for (let start = 0; start < pixels.length; start += 4 * area) {
    let isGrey = true;
    let isOpaque = true;
    for (let at = start; at < start + 4 * area; at += 4) {
      if (pixels[at] !== pixels[at + 1] || pixels[at] !== pixels[at + 2]) isGrey = false;
      if (pixels[at + 3] !== 255) isOpaque = false;
    }
    if (isGrey) grey++;
    if (!isOpaque) transparent++;
  }
  return { grey, transparent };
}
