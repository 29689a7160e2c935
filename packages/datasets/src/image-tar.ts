import { open, stat, type FileHandle } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { defineComponent, type DatasetOpenContext, type DatasetSource } from '@ganymede/core';
import { z } from 'zod';
import { classLayout, type LabelledPath } from './class-layout.js';
import { decodeImage, decoderVersion } from './decode-image.js';
import { describeFile, isGzip, isTar, readGzipHead, readHead } from './file-magic.js';
import { hashOf, hashOfFile } from './fingerprint.js';
import { hasImageExtension } from './image-names.js';
import type { ImageDataset } from './image-dataset.js';
import { imageOptions, memoryLimitBytes, targetImage } from './image-options.js';
import { badImage, notAFile, notFound, unknownFormat, type SkippedFile } from './messages.js';
import { openImages, type ImageListing, type ListedImage } from './open-images.js';
import { indexTar, readTar, type TarEntry } from './tar-index.js';

const options = z.strictObject({
  path: z.string().min(1).describe('a .tar or .tar.gz of folders of images, one for each class'),
  folder: z.string().default('').describe('read only what lies below this folder of the archive, e.g. train'),
  ...imageOptions,
});

export type ImageTarOptions = z.output<typeof options>;

/** Closes the archive when the last image was taken, or when decoding stops early. */
async function* fromFile(
  path: string,
  images: readonly LabelledPath[],
  entries: ReadonlyMap<string, TarEntry>,
): AsyncGenerator<ListedImage> {
  const handle: FileHandle = await open(path, 'r');
  const reading = new Set<Promise<Buffer>>();
  try {
    for (const { path: file, label } of images) {
      const { offset, size } = entries.get(file)!;
      yield {
        file,
        label,
        decode: async (target) => {
          const read = handle.read(Buffer.alloc(size), 0, size, offset).then(({ buffer }) => buffer);
          reading.add(read);
          const bytes = await read.finally(() => reading.delete(read));
          return decodeImage(bytes, target);
        },
      };
    }
  } finally {
    await Promise.allSettled(reading);
    await handle.close();
  }
}

async function* fromStream(
  path: string,
  images: readonly LabelledPath[],
  entries: ReadonlyMap<string, TarEntry>,
): AsyncGenerator<ListedImage> {
  // By offset, not by path: of a path that occurs twice only one content counts.
  const imageAt = new Map(images.map((image) => [entries.get(image.path)!.offset, image]));
  for await (const entry of readTar(path, true)) {
    const image = entry.isLink ? undefined : imageAt.get(entry.offset);
    if (image === undefined) continue;
    const bytes = await entry.read();
    yield { file: image.path, label: image.label, decode: async (target) => decodeImage(bytes, target) };
  }
}

/**
 * A tar of image folders, read where it lies. Its content names the cache, so that a warm opening reads the archive
 * once for its hash and decodes nothing. A plain tar is indexed in one pass and its images are read at their offsets,
 * in the order of a folder of the same files; a compressed one is unpacked twice, for the index and for the images,
 * which come in the order of the archive.
 */
export class ImageTar implements DatasetSource {
  constructor(private readonly options: ImageTarOptions) {}

  async open(context: DatasetOpenContext): Promise<ImageDataset> {
    const path = resolve(this.options.path);
    const about = await stat(path).catch(() => null);
    if (about === null) throw notFound(path);
    if (about.isDirectory()) throw notAFile(path, 'a .tar or .tar.gz file');
    const head = await readHead(path, 512);
    const gzip = isGzip(head);
    if (!isTar(gzip ? ((await readGzipHead(path)) ?? Buffer.alloc(0)) : head)) {
      const { got, hint } = gzip ? { got: 'a gzip file that holds no tar' } : describeFile(head);
      throw unknownFormat(path, got, hint);
    }
    const target = targetImage(this.options, context);
    const fingerprint = hashOf([
      'image-tar',
      decoderVersion,
      target,
      this.options.folder,
      await hashOfFile(path),
    ]);
    return openImages(
      {
        name: basename(path).replace(/\.(tar|tar\.gz|tgz)$/i, ''),
        path,
        target,
        fingerprint,
        stamp: '',
        memoryLimitBytes: memoryLimitBytes(this.options),
        list: async () => this.list(path, gzip, context.strict),
      },
      context,
    );
  }

  private async list(path: string, gzip: boolean, strict: boolean): Promise<ImageListing> {
    const folder = this.options.folder.replace(/^(\.?\/)+|\/+$/g, '');
    const prefix = folder === '' ? '' : `${folder}/`;
    const entries = new Map<string, TarEntry>();
    const links: SkippedFile[] = [];
    for (const entry of await indexTar(path, gzip)) {
      if (!entry.path.startsWith(prefix)) continue;
      const file = entry.path.slice(prefix.length);
      if (!entry.isLink) entries.set(file, entry);
      else if (hasImageExtension(file)) {
        const reason = 'a link, which has no content of its own in a tar';
        if (strict) throw badImage(file, reason);
        links.push({ file, reason });
      }
    }
    const layout = classLayout(prefix === '' ? path : `${path}:${prefix}`, [...entries.keys()], strict);
    return {
      ...layout,
      skipped: [...layout.skipped, ...links],
      total: layout.images.length,
      images: gzip ? fromStream(path, layout.images, entries) : fromFile(path, layout.images, entries),
    };
  }
}

export const imageTar = defineComponent({
  slot: 'dataset',
  id: 'image-tar',
  summary: 'A .tar or .tar.gz of image folders, one folder for each class, read without unpacking.',
  options,
  create: (given) => new ImageTar(given),
});
