import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import {
  defineComponent,
  sidesOf,
  type Dataset,
  type DatasetOpenContext,
  type DatasetSource,
  type ImageFiles,
  type ImageSize,
} from '@ganymede/core';
import { fingerprintOf, hashOfBytes, isProblem, tryReadFile } from '@ganymede/files';
import { z } from 'zod';
import { onlyClass } from './class-layout.js';
import { imageBytesOf } from './decoded-cache.js';
import { decodeRaw, decoderVersion, targetImage, type RawImage } from '@ganymede/images';
import { imageOptions } from './image-options.js';
import { badIndex, damaged, notAnArray, notFound, unknownFormat, unreadableFile } from './messages.js';
import { filesOf } from './raw-listing.js';
import { integersOf, readNpz, textsOf, type NumpyArray } from './numpy-arrays.js';

const options = z.strictObject({
  path: z.string().min(1).describe('.npz file with images, and labels and classes where there are some'),
  background: imageOptions.background,
});

export type NpzOptions = z.output<typeof options>;

/** Node reads no larger files at once. */
const largestBytes = 2 ** 31 - 1;

/** Names by which arrays are known: those that are written here, and those that numpy gives where nobody named them. */
const imageNames = ['images', 'arr_0'];
const labelNames = ['labels', 'arr_1'];
const classNames = ['classes'];

/**
 * Images in an .npz file, as `ganymede sample` and the scripts of other toolkits write them: uint8 [N, H, W, C] or [N, H, W].
 * All of it is in memory.
 */
export class Npz implements DatasetSource {
  constructor(private readonly options: NpzOptions) {}

  async open(context: DatasetOpenContext): Promise<Dataset> {
    const path = resolve(this.options.path);
    const { images, labels, classes, sha256 } = await this.read(path);
    const target = targetImage(this.options, context);
    const { count } = images;
    const imageShape = { ...sidesOf(target.resolution), channels: target.channels };
    const size = imageBytesOf({ imageShape });
    const pixels = new Uint8Array(count * size);
    for (let i = 0; i < count; i++) {
      pixels.set((await decodeRaw(rawImage(images, i), target)).pixels, i * size);
      if (i % 256 === 0) context.onProgress?.(i, count);
    }
    const name = basename(path);
    return {
      name,
      imageShape,
      classes,
      length: count,
      fingerprint: fingerprintOf(['npz', decoderVersion, target, sha256]),
      report: { skipped: [] },
      labels: () => labels.slice(),
      read: async (indices) => {
        const rows = new Uint8Array(indices.length * size);
        Array.from(indices).forEach((index, row) => {
          if (!Number.isInteger(index) || index < 0 || index >= count) throw badIndex(name, count, index);
          rows.set(pixels.subarray(index * size, (index + 1) * size), row * size);
        });
        return rows;
      },
      close: async () => undefined,
    };
  }

  /** The size of the images as they are in the file. */
  async sizes(): Promise<readonly ImageSize[]> {
    const path = resolve(this.options.path);
    const { images } = await this.read(path);
    return [{ width: images.width, height: images.height, file: basename(path), images: images.count }];
  }

  async files(): Promise<ImageFiles> {
    const { images, labels, classes } = await this.read(resolve(this.options.path));
    return filesOf({
      classes,
      notes: [],
      images: Array.from(labels, (label, i) => ({
        file: `image ${i}`,
        label,
        raw: () => rawImage(images, i),
      })),
    });
  }

  private async read(path: string): Promise<LabelledArrays> {
    const about = await stat(path).catch(() => null);
    if (about === null) throw notFound(path);
    if (!about.isFile()) throw unknownFormat(path, 'no file');
    const wanted = [...imageNames, ...labelNames, ...classNames];
    const content = await tryReadFile(path, largestBytes);
    if (isProblem(content)) throw unreadableFile(path, content.problem);
    const sha256 = hashOfBytes(content);
    const arrays = await readNpz(path, content, wanted);
    const find = (names: readonly string[]): NumpyArray | undefined =>
      names.map((one) => arrays.get(one)).find((one) => one !== undefined);
    const found = find(imageNames);
    if (!found) throw notAnArray(path, 'an array images or arr_0', 'neither');
    const images = imagesOf(path, found);
    return { images, sha256, ...labelsOf(path, images.count, find(labelNames), find(classNames)) };
  }
}

interface RawImages {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3 | 4;
  readonly bytes: Uint8Array;
}

function rawImage({ height, width, channels, bytes }: RawImages, i: number): RawImage {
  const own = height * width * channels;
  return { data: bytes.subarray(i * own, (i + 1) * own), width, height, channels };
}

interface LabelledArrays {
  readonly images: RawImages;
  /** Of the file. */
  readonly sha256: string;
  readonly labels: Int32Array;
  readonly classes: readonly string[];
}

function imagesOf(path: string, { type, shape, bytes }: NumpyArray): RawImages {
  // Floats may mean [0, 1], [-1, 1] or [0, 255]: to guess is to train on black images.
  if (!/^[|<=]?u1$/.test(type)) throw notAnArray(path, 'images of uint8, 0 to 255', type);
  const [count = 0, height = 0, width = 0, channels = 1] = shape;
  const isKnown = channels === 1 || channels === 3 || channels === 4;
  if (shape.length < 3 || shape.length > 4 || !isKnown || count * height * width === 0)
    throw notAnArray(path, 'images [N, H, W, C] with 1, 3 or 4 channels', `[${shape.join(', ')}]`);
  return { count, height, width, channels, bytes };
}

/** Classes are those that occur, in order; their numbers are their names where the file has none. */
function labelsOf(
  path: string,
  count: number,
  labels: NumpyArray | undefined,
  names: NumpyArray | undefined,
): Pick<LabelledArrays, 'labels' | 'classes'> {
  if (!labels) return { labels: new Int32Array(count), classes: [onlyClass] };
  const numbers = integersOf(`${path}: labels`, labels);
  if (numbers.length !== count || labels.shape.length !== 1)
    throw damaged(path, `${count} labels, one for each image`, `[${labels.shape.join(', ')}]`);
  const known = names ? textsOf(`${path}: classes`, names) : null;
  const stray = numbers.find((one) => known !== null && (one < 0 || one >= known.length));
  if (stray !== undefined) throw damaged(path, `labels of ${known!.length} classes`, `${stray}`);
  // Samples of some classes know the names of all; a class without images is none of the data's.
  const used = [...new Set(numbers)].sort((a, b) => a - b);
  const labelOf = new Map(used.map((value, label) => [value, label]));
  return {
    labels: Int32Array.from(numbers, (one) => labelOf.get(one)!),
    classes: used.map((value) => known?.[value] ?? String(value)),
  };
}

export const npz = defineComponent({
  slot: 'dataset',
  id: 'npz',
  summary: 'Images and labels in an .npz file of numpy, as `sample` writes them.',
  options,
  create: (given) => new Npz(given),
});
