import {
  defineComponent,
  type DatasetOpenContext,
  type DatasetSource,
  type ImageFiles,
  type ImageFilesContext,
  type ImageSize,
  type ImageSizesOptions,
} from '@ganymede/core';
import { fingerprintOf, hashOf, openFile, type FileProblem } from '@ganymede/files';
import { stat, type FileHandle } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { z } from 'zod';
import type { LabelledPath } from './class-layout.js';
import {
  decodeImage,
  decoderVersion,
  hasImageExtension,
  type DecodedImage,
  type TargetImage,
  type UnusableImage,
  targetImage,
} from '@ganymede/images';
import { describeFile, isGzip, isTar, readGzipHead, readHead } from './file-magic.js';
import { hashFiles } from './hashed-files.js';
import type { ImageDataset } from './image-dataset.js';
import { layoutImages, type ImageLayout } from './image-layout.js';
import { extensionOf, isJunk, otherExtension } from './image-names.js';
import { imageOptions, labelOptions, memoryLimitBytes, type LabelOptions } from './image-options.js';
import { distinctSizes } from './image-sizes.js';
import { badImage, noImages, notAFile, notFound, unknownFormat, type SkippedFile } from './messages.js';
import { openImages, type ImageListing } from './open-images.js';
import { hasTarEnd, indexTar, readTar, type TarEntry } from './tar-index.js';

const options = z.strictObject({
  path: z.string().min(1).describe('a .tar or .tar.gz of folders of images, one for each class'),
  folder: z.string().default('').describe('read only what lies below this folder of the archive, e.g. train'),
  ...labelOptions,
  ...imageOptions,
});

export type ImageTarOptions = Omit<z.output<typeof options>, 'labels'> & LabelOptions;

/** The version of the decoder that fingerprints of the older scheme had in them. */
const formerDecoderVersion = 1;

/** An archive whose entries are known. */
interface IndexedTar {
  readonly path: string;
  readonly gzip: boolean;
  readonly entries: ReadonlyMap<string, TarEntry>;
  readonly layout: ImageLayout;
  readonly skipped: readonly SkippedFile[];
}

/** An image of an archive; its bytes are to be read before the next one is asked for, or be under way. */
interface TarImage extends LabelledPath {
  readonly read: () => Promise<Buffer>;
}

/** Closes the archive when the last image was taken, or when decoding stops early. */
async function* fromFile({ path, layout, entries }: IndexedTar): AsyncGenerator<TarImage> {
  const handle: FileHandle = await openFile(path);
  const reading = new Set<Promise<unknown>>();
  try {
    for (const image of layout.images) {
      const { offset, size } = entries.get(image.path)!;
      yield {
        ...image,
        read: async () => {
          const read = handle.read(Buffer.alloc(size), 0, size, offset);
          reading.add(read);
          const { buffer, bytesRead } = await read.finally(() => reading.delete(read));
          return buffer.subarray(0, bytesRead);
        },
      };
    }
  } finally {
    await Promise.allSettled(reading);
    await handle.close();
  }
}

async function* fromStream({ path, layout, entries }: IndexedTar): AsyncGenerator<TarImage> {
  // By offset, not by path: of a path that occurs twice only one content counts.
  const imageAt = new Map(layout.images.map((image) => [entries.get(image.path)!.offset, image]));
  for await (const entry of readTar(path, true)) {
    const image = entry.problem !== null ? undefined : imageAt.get(entry.offset);
    if (image === undefined) continue;
    const bytes = await entry.read();
    yield { ...image, read: async () => bytes };
  }
}

const imagesOf = (tar: IndexedTar): AsyncGenerator<TarImage> => (tar.gzip ? fromStream(tar) : fromFile(tar));

/**
 * A tar of image folders, read where it lies. Its content names the cache, so that a warm opening decodes nothing. A
 * plain tar is indexed in one pass and its images are read at their offsets, in the order of a folder of the same files;
 * a compressed one is unpacked twice, for the index and for the images, which come in the order of the archive.
 */
export class ImageTar implements DatasetSource {
  constructor(private readonly options: ImageTarOptions) {}

  async open(context: DatasetOpenContext): Promise<ImageDataset> {
    const { path, gzip } = await this.archive();
    const target = targetImage(this.options, context);
    const { folder, labels } = this.options;
    const { hashes, isUnchanged } = await hashFiles(context, path, [path]);
    return openImages(
      {
        name: basename(path).replace(/\.(tar|tar\.gz|tgz)$/i, ''),
        path,
        target,
        fingerprint: fingerprintOf(['image-tar', decoderVersion, target, folder, labels, hashes[0]]),
        formerFingerprints: [hashOf(['image-tar', formerDecoderVersion, target, folder, hashes[0]])],
        memoryLimitBytes: memoryLimitBytes(this.options),
        list: async () => listing(await this.index(path, gzip, context)),
        names: async () => namesInOrder(await this.index(path, gzip, { strict: false })),
        isUnchanged,
      },
      context,
    );
  }

  async sizes(options?: ImageSizesOptions): Promise<readonly ImageSize[]> {
    const { path, gzip } = await this.archive();
    const images = imagesOf(await this.index(path, gzip, { strict: false }));
    return distinctSizes(
      path,
      (async function* () {
        for await (const image of images) yield { file: image.path, read: image.read };
      })(),
      options,
    );
  }

  async files(context: ImageFilesContext): Promise<ImageFiles> {
    const { path, gzip } = await this.archive();
    const tar = await this.index(path, gzip, context);
    const { classes, images, notes } = tar.layout;
    return {
      classes,
      total: images.length,
      images: (async function* () {
        for await (const { path: name, label, read } of imagesOf(tar))
          yield { name, label, extension: extensionOf(name), read };
      })(),
      skipped: tar.skipped,
      notes,
    };
  }

  /** @throws DATASET_NOT_FOUND, DATASET_NOT_A_FILE, DATASET_UNKNOWN_FORMAT, DATASET_UNREADABLE */
  private async archive(): Promise<{ readonly path: string; readonly gzip: boolean }> {
    const path = resolve(this.options.path);
    const about = await stat(path).catch(() => null);
    if (about === null) throw notFound(path);
    if (about.isDirectory()) throw notAFile(path, 'a .tar or .tar.gz file');
    const head = await readHead(path, 512);
    const gzip = isGzip(head);
    if (isTar(gzip ? ((await readGzipHead(path)) ?? Buffer.alloc(0)) : head)) return { path, gzip };
    const { got, hint } = gzip
      ? { got: 'a gzip file that holds no tar', hint: undefined }
      : describeFile(head);
    throw unknownFormat(path, got, hint);
  }

  private async index(
    path: string,
    gzip: boolean,
    { strict, strictHint }: Pick<DatasetOpenContext, 'strict' | 'strictHint'>,
  ): Promise<IndexedTar> {
    const folder = this.options.folder.replace(/^(\.?\/)+|\/+$/g, '');
    const prefix = folder === '' ? '' : `${folder}/`;
    const entries = new Map<string, TarEntry>();
    const unread: SkippedFile[] = [];
    for (const entry of await indexTar(path, gzip)) {
      if (!entry.path.startsWith(prefix)) continue;
      const file = entry.path.slice(prefix.length);
      if (isJunk(file)) continue;
      if (entry.problem === null) entries.set(file, entry);
      else if (hasImageExtension(file)) unread.push({ file, reason: entry.problem });
    }
    const root = prefix === '' ? path : `${path}:${folder}`;
    const images = [...entries.keys()].filter(hasImageExtension);
    const others = [...entries.keys()].filter((file) => !hasImageExtension(file));
    const ofOthers = others.map((file) => ({ file, reason: otherExtension(file) }));
    if (images.length === 0) throw noImages(root, [...unread, ...ofOthers]);
    const layout = await layoutImages({
      root,
      images,
      others,
      labels: this.options.labels,
      isArchive: true,
      read: async (file) => readEntry(path, gzip, entries.get(file)!),
    });
    const skipped: readonly SkippedFile[] = [
      ...ofOthers.filter(({ file }) => file !== layout.labelFile && !layout.sidecars.has(file)),
      ...layout.loose.map((file) => ({ file, reason: 'lies beside the class folders, in no class' })),
      ...unread,
    ];
    const [first] = skipped;
    if (strict && first) throw badImage(root, first.file, first.reason, strictHint);
    const notes =
      gzip || (await hasTarEnd(path)) ? [] : [`${basename(path)} has no mark of its end: it may be cut off`];
    return { path, gzip, entries, layout: { ...layout, notes: [...layout.notes, ...notes] }, skipped };
  }
}

/** The images in the order in which they are decoded, which of a compressed archive is that of its entries. */
function namesInOrder({ gzip, entries, layout }: IndexedTar): readonly string[] {
  const names = layout.images.map(({ path }) => path);
  return gzip ? names.sort((a, b) => entries.get(a)!.offset - entries.get(b)!.offset) : names;
}

function listing(tar: IndexedTar): ImageListing {
  const { layout, skipped } = tar;
  return {
    classes: layout.classes,
    total: layout.images.length,
    skipped,
    notes: layout.notes,
    images: (async function* () {
      for await (const { path: file, label, read } of imagesOf(tar))
        yield {
          file,
          label,
          decode: async (target: TargetImage): Promise<DecodedImage | UnusableImage> =>
            decodeImage(await read(), target),
        };
    })(),
  };
}

async function readEntry(path: string, gzip: boolean, { offset }: TarEntry): Promise<Buffer | FileProblem> {
  for await (const entry of readTar(path, gzip))
    if (entry.offset === offset && entry.problem === null) return entry.read();
  return { problem: 'is no longer in the archive' };
}

export const imageTar = defineComponent({
  slot: 'dataset',
  id: 'image-tar',
  summary: 'A .tar or .tar.gz of image folders, one folder for each class, read without unpacking.',
  options,
  create: (given) => new ImageTar(given),
});
