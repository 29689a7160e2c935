import { fingerprintOf, hashOf } from '@ganymede/files';
import { basename, resolve } from 'node:path';
import {
  defineComponent,
  type DatasetOpenContext,
  type DatasetSource,
  type ImageFiles,
  type ImageSize,
} from '@ganymede/core';
import { z } from 'zod';
import { cifarFiles, classNames, type CifarFiles } from './cifar-files.js';
import { decoderVersion, targetImage } from '@ganymede/images';
import type { ImageDataset } from './image-dataset.js';
import { imageOptions, memoryLimitBytes } from './image-options.js';
import { damaged } from './messages.js';
import { openImages } from './open-images.js';
import { filesOf, listingOf, type RawListed, type RawListing } from './raw-listing.js';

const options = z.strictObject({
  path: z
    .string()
    .min(1)
    .describe('folder with the .bin files of CIFAR-10 or CIFAR-100, or the .tar.gz of the binary version'),
  split: z.enum(['train', 'test']).default('train').describe('which images'),
  labels: z
    .enum(['fine', 'coarse'])
    .default('fine')
    .describe('of CIFAR-100: its 100 classes or its 20 superclasses'),
  ...imageOptions,
});

export type CifarOptions = z.output<typeof options>;

/** The version of the decoder that fingerprints of the older scheme had in them. */
const formerDecoderVersion = 1;

const side = 32;
const planeBytes = side * side;
const pixelBytes = 3 * planeBytes;

/** As `batches.meta.txt` has them. */
const cifar10Classes = 'airplane automobile bird cat deer dog frog horse ship truck'.split(
  ' ',
) as readonly string[];

/** How a version of CIFAR lays out its files and records. */
interface CifarLayout {
  readonly imageFiles: readonly string[];
  readonly namesFile: string;
  readonly classCount: number;
  /** Bytes of labels before the pixels of a record, and which of them is the label. */
  readonly labelBytes: number;
  readonly labelAt: number;
}

function layouts({ split, labels }: CifarOptions): readonly CifarLayout[] {
  const isFine = labels === 'fine';
  return [
    {
      imageFiles: split === 'train' ? [1, 2, 3, 4, 5].map((i) => `data_batch_${i}.bin`) : ['test_batch.bin'],
      namesFile: 'batches.meta.txt',
      classCount: 10,
      labelBytes: 1,
      labelAt: 0,
    },
    {
      imageFiles: [`${split}.bin`],
      namesFile: isFine ? 'fine_label_names.txt' : 'coarse_label_names.txt',
      classCount: isFine ? 100 : 20,
      labelBytes: 2,
      labelAt: isFine ? 1 : 0,
    },
  ];
}

/** The three planes of a record, red, green and blue, to pixels of three bytes. */
function interleave(planes: Uint8Array): Uint8Array {
  const pixels = new Uint8Array(pixelBytes);
  for (let i = 0; i < planeBytes; i++) {
    pixels[3 * i] = planes[i]!;
    pixels[3 * i + 1] = planes[planeBytes + i]!;
    pixels[3 * i + 2] = planes[2 * planeBytes + i]!;
  }
  return pixels;
}

/** The binary version of CIFAR-10 and CIFAR-100, https://www.cs.toronto.edu/~kriz/cifar.html. */
export class Cifar implements DatasetSource {
  constructor(private readonly options: CifarOptions) {}

  async open(context: DatasetOpenContext): Promise<ImageDataset> {
    const { files, candidates, names } = await this.find();
    const target = targetImage(this.options, context);
    const { split, labels } = this.options;
    const { hash, isUnchanged } = await files.hash(names, context);
    return openImages(
      {
        name: `${basename(files.path).replace(/\.(tar|tar\.gz|tgz)$/i, '')}-${split}`,
        path: files.path,
        target,
        fingerprint: fingerprintOf(['cifar', decoderVersion, target, split, labels, hash]),
        formerFingerprints: [hashOf(['cifar', formerDecoderVersion, target, split, labels, hash])],
        isUnchanged,
        memoryLimitBytes: memoryLimitBytes(this.options),
        list: async () => listingOf(await this.list(files, candidates, names)),
      },
      context,
    );
  }

  async sizes(): Promise<readonly ImageSize[]> {
    return [{ width: side, height: side, file: this.options.path }];
  }

  async files(): Promise<ImageFiles> {
    const { files, candidates, names } = await this.find();
    return filesOf(await this.list(files, candidates, names));
  }

  private async find(): Promise<{
    readonly files: CifarFiles;
    readonly candidates: readonly CifarLayout[];
    readonly names: readonly string[];
  }> {
    const files = await cifarFiles(resolve(this.options.path));
    const candidates = layouts(this.options);
    const names = candidates.flatMap(({ imageFiles, namesFile }) => [...imageFiles, namesFile]);
    return { files, candidates, names };
  }

  private async list(
    files: CifarFiles,
    candidates: readonly CifarLayout[],
    names: readonly string[],
  ): Promise<RawListing> {
    const contents = await files.read(names);
    const layout = candidates.find(({ imageFiles }) => imageFiles.some((file) => contents.has(file)));
    if (layout === undefined) {
      const expected = candidates.map(({ imageFiles }) => imageFiles.join(', ')).join(' or ');
      throw damaged(files.path, expected, 'none of these files');
    }
    const { classCount, labelBytes, labelAt, imageFiles, namesFile } = layout;
    const recordBytes = labelBytes + pixelBytes;
    const images: RawListed[] = [];
    for (const file of imageFiles) {
      const content = contents.get(file);
      if (content === undefined) throw damaged(files.path, `a file ${file}`, 'none');
      if (content.length % recordBytes !== 0)
        throw damaged(`${files.path}: ${file}`, `records of ${recordBytes} bytes`, `${content.length} bytes`);
      for (let at = 0; at < content.length; at += recordBytes) {
        const label = content[at + labelAt]!;
        const name = `${file}#${at / recordBytes}`;
        if (label >= classCount)
          throw damaged(`${files.path}: ${name}`, `a label below ${classCount}`, String(label));
        const planes = content.subarray(at + labelBytes, at + recordBytes);
        images.push({
          file: name,
          label,
          raw: () => ({ data: interleave(planes), width: side, height: side, channels: 3 }),
        });
      }
    }
    const notes: string[] = [];
    const namesContent = contents.get(namesFile);
    let classes: readonly string[];
    if (namesContent) classes = classNames(files.path, namesFile, namesContent, classCount);
    else if (classCount === 10) classes = cifar10Classes;
    else {
      classes = Array.from({ length: classCount }, (_, label) => String(label));
      notes.push(`there is no ${namesFile}: classes have their numbers as names`);
    }
    return { classes, images, notes };
  }
}

export const cifar = defineComponent({
  slot: 'dataset',
  id: 'cifar',
  summary: 'The binary version of CIFAR-10 or CIFAR-100, unpacked or as its .tar.gz.',
  cites: ['https://www.cs.toronto.edu/~kriz/cifar.html'],
  options,
  create: (given) => new Cifar(given),
});
