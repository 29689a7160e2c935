import { fingerprintOf, hashOf } from '@ganymede/files';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import {
  defineComponent,
  type DatasetOpenContext,
  type DatasetSource,
  type ImageFiles,
  type ImageSize,
} from '@ganymede/core';
import { z } from 'zod';
import { decoderVersion, targetImage } from '@ganymede/images';
import { hashFiles } from './hashed-files.js';
import { readIdx } from './idx-file.js';
import { compareNames } from './image-names.js';
import type { ImageDataset } from './image-dataset.js';
import { imageOptions, memoryLimitBytes } from './image-options.js';
import { ambiguousIdx, damaged, notFound } from './messages.js';
import { openImages } from './open-images.js';
import { filesOf, listingOf, type RawListing } from './raw-listing.js';

const options = z.strictObject({
  path: z
    .string()
    .min(1)
    .describe('folder with the files of MNIST or its like, or the file of images, gzip-compressed or not'),
  split: z.enum(['train', 'test']).default('train').describe('which images of a folder; test is also t10k'),
  labels: z
    .string()
    .min(1)
    .optional()
    .describe('file of labels; by default the one that is named like the images'),
  ...imageOptions,
});

export type IdxOptions = z.output<typeof options>;

/** The version of the decoder that fingerprints of the older scheme had in them. */
const formerDecoderVersion = 1;

const imagesName = /^(.*?)(train|t10k|test)-images[-.]idx3-ubyte(\.gz)?$/;

/** Whether a file is named like the images of MNIST. */
export function isIdxImages(name: string): boolean {
  return imagesName.test(name);
}

/** The name without compression: `x` and `x.gz` are the same data. */
function plain(name: string): string {
  return name.replace(/\.gz$/, '');
}

/** MNIST, Fashion-MNIST, KMNIST, EMNIST: grey images and labels in two IDX files. */
export class Idx implements DatasetSource {
  constructor(private readonly options: IdxOptions) {}

  async open(context: DatasetOpenContext): Promise<ImageDataset> {
    const images = await this.findImages(resolve(this.options.path));
    const labels = await this.findLabels(images);
    const target = targetImage(this.options, context);
    const { hashes, isUnchanged } = await hashFiles(context, images, [images, labels]);
    return openImages(
      {
        name: plain(basename(images)).replace(/[-.]?images[-.]idx3-ubyte$/, ''),
        path: images,
        target,
        fingerprint: fingerprintOf(['idx', decoderVersion, target, ...hashes]),
        formerFingerprints: [hashOf(['idx', formerDecoderVersion, target, ...hashes])],
        isUnchanged,
        memoryLimitBytes: memoryLimitBytes(this.options),
        list: async () => listingOf(await list(images, labels)),
      },
      context,
    );
  }

  async sizes(): Promise<readonly ImageSize[]> {
    const path = await this.findImages(resolve(this.options.path));
    const [images, height, width] = (await readIdx(path, 3)).shape as [number, number, number];
    return [{ width, height, file: path, images }];
  }

  async files(): Promise<ImageFiles> {
    const images = await this.findImages(resolve(this.options.path));
    return filesOf(await list(images, await this.findLabels(images)));
  }

  private async findImages(path: string): Promise<string> {
    const about = await stat(path).catch(() => null);
    if (about === null) throw notFound(path);
    if (!about.isDirectory()) return path;
    const wanted = this.options.split === 'train' ? ['train'] : ['t10k', 'test'];
    const found = new Map<string, string>();
    for (const name of (await readdir(path)).sort(compareNames)) {
      const match = imagesName.exec(name);
      // `x` sorts before `x.gz`, and is quicker to read.
      if (match && wanted.includes(match[2]!) && !found.has(plain(name))) found.set(plain(name), name);
    }
    const [first, ...others] = found.values();
    if (first === undefined)
      throw damaged(path, `a file ${wanted[0]!}-images-idx3-ubyte or the same with .gz`, 'none');
    if (others.length > 0) throw ambiguousIdx(path, [first, ...others]);
    return join(path, first);
  }

  private async findLabels(images: string): Promise<string> {
    if (this.options.labels !== undefined) {
      const labels = resolve(this.options.labels);
      if ((await stat(labels).catch(() => null)) === null) throw notFound(labels);
      return labels;
    }
    const name = plain(basename(images)).replace('images', 'labels').replace('idx3', 'idx1');
    for (const candidate of [name, `${name}.gz`]) {
      const path = join(dirname(images), candidate);
      if (path !== images && (await stat(path).catch(() => null)) !== null) return path;
    }
    throw damaged(images, `its labels in ${name} beside it`, 'no such file');
  }
}

/** Classes are the labels that occur, in order: EMNIST's letters are 1 to 26. */
async function list(imagesPath: string, labelsPath: string): Promise<RawListing> {
  const images = await readIdx(imagesPath, 3);
  const labels = await readIdx(labelsPath, 1);
  const [count, height, width] = images.shape as [number, number, number];
  if (labels.data.length !== count)
    throw damaged(labelsPath, `${count} labels, one for each image`, String(labels.data.length));
  if (height * width === 0) throw damaged(imagesPath, 'images with pixels', `${height}x${width}`);
  const values = [...new Set(labels.data)].sort((a, b) => a - b);
  const labelOf = new Map(values.map((value, label) => [value, label]));
  const imageBytes = height * width;
  return {
    classes: values.map(String),
    images: Array.from({ length: count }, (_, i) => ({
      file: `${basename(imagesPath)}#${i}`,
      label: labelOf.get(labels.data[i]!)!,
      raw: () => ({
        data: images.data.subarray(i * imageBytes, (i + 1) * imageBytes),
        width,
        height,
        channels: 1,
      }),
    })),
    notes: [],
  };
}

export const idx = defineComponent({
  slot: 'dataset',
  id: 'idx',
  summary: 'Grey images in IDX files, as MNIST and its like have them, gzip-compressed or not.',
  cites: ['https://yann.lecun.com/exdb/mnist/'],
  options,
  create: (given) => new Idx(given),
});
