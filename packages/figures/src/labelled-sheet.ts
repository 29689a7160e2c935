import type { ImageShape } from '@ganymede/core';
import sharp from 'sharp';
import { imagesDoNotFit } from './errors.js';
import { escapeText } from './line-chart.js';

/** A place on a sheet. */
export interface SheetCell {
  /** Number of the image. */
  readonly image: number;
  /** Below it, in a small hand. */
  readonly caption?: string;
}

export interface SheetRow {
  /** Left of the row; lines are split at line feeds. */
  readonly label: string;
  /** Null leaves a place empty. */
  readonly cells: readonly (SheetCell | null)[];
  /** A line of its own above the row. */
  readonly heading?: string;
}

export interface LabelledSheet {
  readonly title: string;
  /** Above the columns. */
  readonly columns: readonly string[];
  readonly rows: readonly SheetRow[];
  /** Columns that are set apart from the others by a gap to their right. */
  readonly apart?: number;
}

/** Small images are shown this large at least, by whole factors. */
const leastSide = 72;
const gap = 6;
const wideGap = 22;
const captionHeight = 14;
const headingHeight = 26;
const letterWidth = 6.4;

/**
 * Images in rows and columns with words: what each row and column is, and something below each image. On white, pixels
 * enlarged by whole factors without smoothing.
 * @param images - uint8 [N, H, W, C], C 1, 3 or 4
 * @throws BAD_IMAGES
 */
export async function labelledSheetPng(
  images: Uint8Array,
  shape: ImageShape,
  { title, columns, rows, apart = 0 }: LabelledSheet,
): Promise<Buffer> {
  const { height, width, channels } = shape;
  if (channels !== 1 && channels !== 3 && channels !== 4)
    throw imagesDoNotFit('sheet', '1, 3 or 4 channels', String(channels));
  const factor = Math.max(1, Math.ceil(leastSide / Math.min(height, width)));
  const cell = { width: width * factor, height: height * factor };
  const labelWidth = longestLine(rows) * letterWidth + 14;
  const left = (column: number): number =>
    labelWidth + column * (cell.width + gap) + (apart > 0 && column >= apart ? wideGap : 0);
  const hasCaptions = rows.some(({ cells }) => cells.some((one) => one?.caption !== undefined));
  const rowHeight = cell.height + (hasCaptions ? captionHeight : 0) + gap;
  const texts: string[] = [text(10, 22, title, 'font-size="15" font-weight="600"')];
  let y = 34;
  if (columns.length > 0) {
    y += 16;
    columns.forEach((name, i) =>
      texts.push(text(left(i) + cell.width / 2, y - 4, name, 'text-anchor="middle" fill="#555"')),
    );
  }
  const placed: { input: Buffer; left: number; top: number }[] = [];
  for (const row of rows) {
    if (row.heading !== undefined) {
      y += headingHeight;
      texts.push(text(10, y - 8, row.heading, 'font-weight="600"'));
    }
    const lines = row.label.split('\n');
    lines.forEach((line, i) =>
      texts.push(text(10, y + cell.height / 2 + 4 + (i - (lines.length - 1) / 2) * 14, line)),
    );
    for (const [column, one] of row.cells.entries()) {
      if (!one) continue;
      placed.push({
        input: await enlarged(images, shape, one.image, factor),
        left: Math.round(left(column)),
        top: y,
      });
      if (one.caption !== undefined)
        texts.push(
          text(
            left(column) + cell.width / 2,
            y + cell.height + 11,
            one.caption,
            'font-size="10" text-anchor="middle" fill="#555"',
          ),
        );
    }
    y += rowHeight;
  }
  const most = Math.max(...rows.map(({ cells }) => cells.length));
  const size = {
    width: Math.ceil(Math.max(left(most) + 4, title.length * 8.6 + 20)),
    height: Math.ceil(y + 6),
  };
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}" font-family="sans-serif" font-size="11" fill="#222"><rect width="100%" height="100%" fill="#fff"/>${texts.join('')}</svg>`;
  return sharp(Buffer.from(svg)).composite(placed).removeAlpha().png({ compressionLevel: 9 }).toBuffer();
}

const longestLine = (rows: readonly SheetRow[]): number =>
  Math.max(0, ...rows.flatMap(({ label }) => label.split('\n').map((line) => line.length)));

const text = (x: number, y: number, content: string, attributes = ''): string =>
  `<text x="${Math.round(x)}" y="${Math.round(y)}" ${attributes}>${escapeText(content)}</text>`;

async function enlarged(
  images: Uint8Array,
  { height, width, channels }: ImageShape,
  index: number,
  factor: number,
): Promise<Buffer> {
  const size = height * width * channels;
  const pixels = images.subarray(index * size, (index + 1) * size);
  if (index < 0 || pixels.length !== size)
    throw imagesDoNotFit('sheet', `an image ${index}`, `${images.length / size} images`);
  return sharp(pixels, { raw: { width, height, channels: channels as 1 | 3 | 4 } })
    .toColourspace('srgb')
    .resize({ width: width * factor, height: height * factor, kernel: 'nearest' })
    .png()
    .toBuffer();
}
