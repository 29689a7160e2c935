/**
 * How much of the known variety of the `shapes` data is in samples: the guard never sees this. Every sample is compared with
 * real images of its class whose factors are known. It counts where one of them is about as near as real images are to each
 * other at best; then it has that one's colour. Per class: the effective number of colours, exp(entropy), of the samples
 * that count, times their share. 1 is what as many real images have.
 */
import { createRequire } from 'node:module';

const require = createRequire(new URL('../../packages/toolkit/package.json', import.meta.url));
const sharp = require('sharp');
const { sidesOf } = require('@ganymede/core');
const { ShapesDataset, shapes } = require('@ganymede/shapes');

/** @type {readonly string[]} */
export const shapeNames = shapes.options.parse({}).shapes;

/** Real images that a sample is compared with, of its class. */
const bankSize = 384;
/** Of the distance that 95 of 100 real images have to the nearest other one: small networks draw roughly. */
const tolerance = 1.5;

/** @typedef {Uint8Array} Tile the pixels of an image, [height, width, 3], 0 to 255 */
/** @typedef {import('@ganymede/core').Resolution} Resolution pixels a side, or height and width */
/** @typedef {{ readonly height: number, readonly width: number }} Sides */
/** @typedef {{ class: string | undefined, images: readonly Tile[] }} Row a row of a sheet */
/** @typedef {{ colour: string, pixels: Tile }} Known an image whose colour is known */

const mean = (/** @type {readonly number[]} */ values) => values.reduce((a, b) => a + b, 0) / values.length;

export class FactorDiversity {
  /** @param {Resolution} [resolution] @param perClass - samples of each class in a sheet */
  static async create(resolution = 32, perClass = 16) {
    const size = sidesOf(resolution);
    const length = size.height * size.width * 3;
    const dataset = new ShapesDataset(
      shapes.options.parse({ count: 10 * (bankSize + perClass), seed: 1234 }),
      resolution,
      3,
    );
    const classes = dataset.classes.length;
    /** @type {Known[][]} */
    const banks = [];
    /** @type {Tile[][]} */
    const reals = [];
    for (let label = 0; label < classes; label++) {
      const indices = Array.from({ length: bankSize + perClass }, (_, i) => label + i * classes);
      const pixels = await dataset.read(indices);
      const images = indices.map((index, i) => ({
        colour: dataset.factorsOf(index).colour,
        pixels: pixels.subarray(i * length, (i + 1) * length),
      }));
      banks.push(images.slice(perClass));
      reals.push(images.slice(0, perClass).map((one) => one.pixels));
    }
    return new FactorDiversity(size, banks, reals);
  }

  /**
   * @param {Sides} size - of the images
   * @param {readonly (readonly Known[])[]} banks - by class: what samples are compared with
   * @param {readonly (readonly Tile[])[]} reals - by class: as many real images as samples are
   */
  constructor(size, banks, reals) {
    this.size = size;
    this.banks = banks;
    const rows = reals.map((images, label) => ({ class: shapeNames[label], images }));
    const distances = rows.flatMap((row) => row.images.map((tile) => this.nearest(tile, row.class).distance));
    distances.sort((a, b) => a - b);
    this.distanceOfData = this.meanDistance(rows);
    this.reach = tolerance * (distances[Math.floor(0.95 * distances.length)] ?? NaN);
    this.ofData = mean(rows.map((row) => this.raw(row)));
  }

  /** @param {Tile} tile @param {string | undefined} name - the class */
  nearest(tile, name) {
    const bank = this.banks[shapeNames.indexOf(name ?? '')];
    if (!bank) throw new Error(`class: expected one of ${shapeNames}, got ${name}`);
    /** @type {{ distance: number, colour: string | null }} */
    let best = { distance: Infinity, colour: null };
    for (const { pixels, colour } of bank) {
      let sum = 0;
      for (let i = 0; i < pixels.length && sum < best.distance; i++)
        sum += ((pixels[i] ?? NaN) - (tile[i] ?? NaN)) ** 2;
      if (sum < best.distance) best = { distance: sum, colour };
    }
    return { distance: Math.sqrt(best.distance / tile.length), colour: best.colour };
  }

  /** Of one class. @param {Row} row */
  raw({ class: name, images }) {
    const colours = images
      .map((tile) => this.nearest(tile, name))
      .filter(({ distance }) => distance <= this.reach)
      .map(({ colour }) => colour);
    if (colours.length === 0) return 0;
    const counts = [...new Set(colours)].map((one) => colours.filter((other) => other === one).length);
    const entropy = -counts.reduce((sum, count) => {
      const p = count / colours.length;
      return sum + p * Math.log(p);
    }, 0);
    return (Math.exp(entropy) * colours.length) / images.length;
  }

  /** How far tiles lie from the nearest real image of their class, on average: 1 is what other real images lie. @param {readonly Row[]} rows */
  distanceOf(rows) {
    return this.meanDistance(rows) / this.distanceOfData;
  }

  /** @param {readonly Row[]} rows */
  meanDistance(rows) {
    return mean(rows.flatMap((row) => row.images.map((tile) => this.nearest(tile, row.class).distance)));
  }

  /** Of the rows of a sheet. @param {readonly Row[]} rows */
  of(rows) {
    return mean(rows.map((row) => this.raw(row))) / this.ofData;
  }

  /** The same by class. @param {readonly Row[]} rows @returns {Record<string, number>} */
  ofEach(rows) {
    return Object.fromEntries(rows.map((row) => [row.class, this.raw(row) / this.ofData]));
  }
}

/** The tiles of a sheet of a run, by row: a class a row, side by side without gaps. @param {string} path @param {Sides} size - of a tile */
export async function tilesOfSheet(path, { height, width }) {
  const { data, info } = await sharp(path).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return Array.from({ length: info.height / height }, (_, row) =>
    Array.from({ length: info.width / width }, (_, column) => {
      const tile = new Uint8Array(height * width * 3);
      for (let y = 0; y < height; y++) {
        const from = ((row * height + y) * info.width + column * width) * 3;
        tile.set(data.subarray(from, from + width * 3), y * width * 3);
      }
      return tile;
    }),
  );
}
