/**
 * How much of the known variety of the `shapes` data is in samples: the guard never sees this. A tile shows a shape in
 * one of eight colours; per class the effective number of colours among the tiles that can be read, exp(entropy), times
 * the share of tiles that can be read, over the same of real images of the same number.
 */
import { createRequire } from 'node:module';

const require = createRequire(new URL('../../packages/toolkit/package.json', import.meta.url));
const sharp = require('sharp');
const { shapeColours } = createRequire(require.resolve('@ganymede/datasets/package.json'))(
  './dist/shape-factors.js',
);

const palette = Object.values(shapeColours);
/** Largest distance of a colour from its place in the palette, 0..441; neighbours there are 90 and more apart. */
const nearEnough = 48;

/** The colour of the shape in a tile: the mean of its most saturated pixels; null where it is none of the palette. */
function colourOf(pixels, size, channels) {
  const all = [];
  for (let i = 0; i < size * size; i++) {
    const rgb = [pixels[channels * i], pixels[channels * i + 1], pixels[channels * i + 2]];
    all.push({ rgb, saturation: Math.max(...rgb) - Math.min(...rgb) });
  }
  all.sort((a, b) => b.saturation - a.saturation);
  const top = all.slice(0, Math.round(all.length / 16));
  const mean = [0, 1, 2].map((c) => top.reduce((sum, { rgb }) => sum + rgb[c], 0) / top.length);
  const distances = palette.map((colour) => Math.hypot(...colour.map((value, c) => value - mean[c])));
  const nearest = distances.indexOf(Math.min(...distances));
  return distances[nearest] <= nearEnough ? nearest : null;
}

/** Effective colours among tiles of one class, times the share of tiles that have one. */
function varietyOf(colours) {
  const read = colours.filter((one) => one !== null);
  if (read.length === 0) return 0;
  const shares = palette.map((_, i) => read.filter((one) => one === i).length / read.length);
  const entropy = -shares.reduce((sum, p) => sum + (p > 0 ? p * Math.log(p) : 0), 0);
  return (Math.exp(entropy) * read.length) / colours.length;
}

/** @param tiles - uint8 [classes][perClass][size * size * channels] */
export function factorVariety(tiles, size, channels) {
  const ofClasses = tiles.map((samples) => varietyOf(samples.map((tile) => colourOf(tile, size, channels))));
  return ofClasses.reduce((a, b) => a + b, 0) / ofClasses.length;
}

/** The tiles of a sheet of a run, by row: a class a row, side by side without gaps. */
export async function tilesOfSheet(path, size) {
  const { data, info } = await sharp(path).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return Array.from({ length: info.height / size }, (_, row) =>
    Array.from({ length: info.width / size }, (_, column) => {
      const tile = new Uint8Array(size * size * 3);
      for (let y = 0; y < size; y++) {
        const from = ((row * size + y) * info.width + column * size) * 3;
        tile.set(data.subarray(from, from + size * 3), y * size * 3);
      }
      return tile;
    }),
  );
}
