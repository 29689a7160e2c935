/** Images of the `shapes` data as a folder of PNG files, a folder a class, as many of each class as wanted. */
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(new URL('../../packages/toolkit/package.json', import.meta.url));
const sharp = require('sharp');
const { sidesOf } = require('@ganymede/core');
const { ShapesDataset, shapes } = require('@ganymede/shapes');

/**
 * @param {string} folder
 * @param {Readonly<Record<string, number>>} counts - images by class
 * @param {import('@ganymede/core').Resolution} [resolution] - pixels a side, or height and width
 */
export async function writeShapeFolder(folder, counts, resolution = 32) {
  if (existsSync(folder)) return;
  const { height, width } = sidesOf(resolution);
  const most = Math.max(...Object.values(counts));
  const dataset = new ShapesDataset(
    shapes.options.parse({ count: 10 * most, seed: 99, memoryMiB: 0 }),
    resolution,
    3,
  );
  const labels = dataset.labels();
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  for (const [name, count] of Object.entries(counts)) {
    mkdirSync(join(partial, name), { recursive: true });
    const label = dataset.classes.indexOf(name);
    const indices = [...labels.keys()].filter((i) => labels[i] === label).slice(0, count);
    for (const index of indices)
      await sharp(await dataset.read([index]), { raw: { width, height, channels: 3 } })
        .png()
        .toFile(join(partial, name, `${index}.png`));
  }
  renameSync(partial, folder);
}
