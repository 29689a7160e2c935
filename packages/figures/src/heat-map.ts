import sharp from 'sharp';
import { escapeText } from './line-chart.js';

/** Numbers in a rectangle, drawn as colors. */
export interface HeatMap {
  readonly title: string;
  /** [height, width]; what is not finite is left white. */
  readonly values: readonly number[];
  /** What the ends of the colors stand for. */
  readonly range: readonly [low: number, high: number];
  /** From dark to bright, or from blue over white, in the middle of the range, to red. */
  readonly colors: 'brightness' | 'difference';
  readonly unit: string;
}

type Color = readonly [number, number, number];

/** Evenly lighter to the eye; the ends and middles of viridis and of ColorBrewer's RdBu. */
const scales: Readonly<Record<HeatMap['colors'], readonly Color[]>> = {
  brightness: [
    [68, 1, 84],
    [59, 82, 139],
    [33, 145, 140],
    [94, 201, 98],
    [253, 231, 37],
  ],
  difference: [
    [33, 102, 172],
    [146, 197, 222],
    [247, 247, 247],
    [244, 165, 130],
    [178, 24, 43],
  ],
};

const side = 256;
const panel = { width: 330, height: 336 };

/**
 * Heat maps side by side, each with a bar that says what its colors mean, as an SVG without scripts.
 * @param width - of the values; they are drawn as a square whatever their shape
 */
export async function heatMapsSvg(maps: readonly HeatMap[], height: number, width: number): Promise<string> {
  const drawn = await Promise.all(maps.map((map, i) => drawMap(map, height, width, i)));
  const total = panel.width * maps.length;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${total}" height="${panel.height}" viewBox="0 0 ${total} ${panel.height}" font-family="sans-serif" font-size="11" fill="#222">`,
    `<rect width="${total}" height="${panel.height}" fill="#fff"/>`,
    ...drawn,
    '</svg>\n',
  ].join('\n');
}

async function drawMap(
  { title, values, range: [low, high], colors, unit }: HeatMap,
  height: number,
  width: number,
  index: number,
): Promise<string> {
  const scale = scales[colors];
  const pixels = Uint8Array.from(values.flatMap((value) => colorAt(scale, (value - low) / (high - low))));
  // Enlarged here by whole factors: viewers smooth small images.
  const factor = Math.max(1, Math.ceil((2 * side) / Math.max(height, width)));
  const png = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .resize({ width: width * factor, height: height * factor, kernel: 'nearest' })
    .png({ compressionLevel: 9 })
    .toBuffer();
  const x = index * panel.width + 12;
  const stops = scale.map(
    ([r, g, b], i) => `<stop offset="${1 - i / (scale.length - 1)}" stop-color="rgb(${r},${g},${b})"/>`,
  );
  const bar = x + side + 10;
  const label = (at: number, value: number): string =>
    `<text x="${bar + 16}" y="${at}">${escapeText(String(Number(value.toFixed(1))))}</text>`;
  return [
    `<text x="${x + side / 2}" y="20" text-anchor="middle" font-size="13">${escapeText(title)}</text>`,
    `<image x="${x}" y="32" width="${side}" height="${side}" xlink:href="data:image/png;base64,${png.toString('base64')}"/>`,
    `<text x="${x + side / 2}" y="${32 + side + 18}" text-anchor="middle" fill="#555">0 in the middle, 0.5 cycles a pixel at the edges</text>`,
    `<linearGradient id="scale${index}" x1="0" y1="0" x2="0" y2="1">${stops.reverse().join('')}</linearGradient>`,
    `<rect x="${bar}" y="32" width="12" height="${side}" fill="url(#scale${index})"/>`,
    label(42, high),
    label(32 + side / 2 + 4, (low + high) / 2),
    label(32 + side, low),
    `<text x="${bar}" y="26" fill="#555">${escapeText(unit)}</text>`,
  ].join('');
}

/** @param place - 0 to 1; beyond it the ends */
function colorAt(scale: readonly Color[], place: number): readonly number[] {
  if (!Number.isFinite(place)) return [255, 255, 255];
  const at = Math.max(0, Math.min(1, place)) * (scale.length - 1);
  const below = Math.min(scale.length - 2, Math.floor(at));
  const [a, b] = [scale[below]!, scale[below + 1]!];
  return a.map((value, i) => Math.round(value + (at - below) * (b[i]! - value)));
}
