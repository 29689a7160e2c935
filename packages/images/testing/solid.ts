import sharp, { type Sharp } from 'sharp';

/** An image of one colour; encode it with `.png().toBuffer()` or the like. */
export function solid([r, g, b]: readonly [number, number, number], width = 8, height = width): Sharp {
  return sharp({ create: { width, height, channels: 3, background: { r, g, b } } });
}
