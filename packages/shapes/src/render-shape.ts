import type { ImageShape } from '@ganymede/core';
import { shapeColours, type ShapeFactors } from './shape-factors.js';
import { shapeOutlines } from './shape-outlines.js';

/** Rec. 709 luma of gamma-encoded colours. */
function luma(r: number, g: number, b: number): number {
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function clamp(value: number): number {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}

/**
 * Renders a shape into `out`, uint8 [height, width, channels]. An edge is as soft as one pixel: coverage falls from 1 to
 * 0 over the signed distances -1/2 to 1/2 pixel. With 4 channels there is no background: the colour fills the image and
 * alpha is the coverage. The factors are those of a square as large as the shorter side, in the middle of the image: a
 * shape keeps its form in images that are not square, and the background goes on beside it.
 */
export function renderShape(
  factors: ShapeFactors,
  { height, width }: Pick<ImageShape, 'height' | 'width'>,
  channels: 1 | 3 | 4,
  out: Uint8Array,
): void {
  const { x, y, size, rotation, background } = factors;
  const [red, green, blue] = shapeColours[factors.colour];
  const distance = shapeOutlines[factors.shape];
  const cos = Math.cos(rotation);
  const sin = Math.sin(rotation);
  const side = Math.min(height, width);
  const pixelsPerUnit = size * side;
  const reach = 1 + 0.5 / pixelsPerUnit;
  const towardsX = Math.cos(background.angle);
  const towardsY = Math.sin(background.angle);
  const { from, to } = background;
  let at = 0;
  for (let row = 0; row < height; row++) {
    const v = (row + 0.5 - (height - side) / 2) / side;
    for (let column = 0; column < width; column++) {
      const u = (column + 0.5 - (width - side) / 2) / side;
      const dx = (u - x) / size;
      const dy = (v - y) / size;
      // Outlines lie within the unit disc, so that most of the background needs no distance.
      const coverage =
        dx * dx + dy * dy > reach * reach
          ? 0
          : clamp(0.5 - distance(cos * dx + sin * dy, cos * dy - sin * dx) * pixelsPerUnit);
      if (channels === 4) {
        out[at++] = red;
        out[at++] = green;
        out[at++] = blue;
        out[at++] = Math.round(255 * coverage);
        continue;
      }
      // 0 to 1 across the square along the gradient's direction, whatever the angle.
      const t = clamp(0.5 + (u - 0.5) * towardsX + (v - 0.5) * towardsY);
      const r = (from[0] + t * (to[0] - from[0])) * (1 - coverage) + red * coverage;
      const g = (from[1] + t * (to[1] - from[1])) * (1 - coverage) + green * coverage;
      const b = (from[2] + t * (to[2] - from[2])) * (1 - coverage) + blue * coverage;
      if (channels === 1) out[at++] = Math.round(luma(r, g, b));
      else {
        out[at++] = Math.round(r);
        out[at++] = Math.round(g);
        out[at++] = Math.round(b);
      }
    }
  }
}
