import {
  contentHashes,
  fingerprintOf,
  hashOf,
  hashOfBytes,
  isProblem,
  tryReadFile,
  type StatedFile,
} from '@ganymede/files';
import {
  type ImageFiles,
  type ImageFilesContext,
  type ImageSize,
  type ImageSizesOptions,
  type DatasetOpenContext,
  type DatasetSource,
  defineComponent,
} from '@ganymede/core';
import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { decodeImage, decoderVersion, targetImage } from '@ganymede/images';
import { findImages, type FoundImages } from './find-images.js';
import type { ImageDataset } from './image-dataset.js';
import { imageOptions, labelOptions, memoryLimitBytes, type LabelOptions } from './image-options.js';
import { extensionOf } from './image-names.js';
import { distinctSizes } from './image-sizes.js';
import { changedMeanwhile, notAFolder, notFound, unreadableFile } from './messages.js';
import { openImages, type ListedImage } from './open-images.js';

const options = z.strictObject({
  path: z.string().min(1).describe('folder with one folder of images for each class'),
  folder: z.string().default('').describe('read only what lies below this folder of the path, e.g. train'),
  ...labelOptions,
  ...imageOptions,
});

export type ImageFolderOptions = Omit<z.output<typeof options>, 'labels'> & LabelOptions;

/** What decoding was called before fingerprints were of contents. */
const formerDecoderVersion = 1;

/** Image files in folders, one folder for each class, or with a file of labels; see `layoutImages`. */
export class ImageFolder implements DatasetSource {
  constructor(private readonly options: ImageFolderOptions) {}

  async open(context: DatasetOpenContext): Promise<ImageDataset> {
    const root = await this.root();
    const found = await findImages(root, this.options.labels, context);
    const target = targetImage(this.options, context);
    const stated = found.layout.images.map(({ path }): StatedFile => ({
      path: join(root, path),
      about: found.aboutOf(path),
    }));
    const hashes = await contentHashes(stated, {
      cacheFolder: context.cacheFolder,
      root,
      now: context.now,
      unreadable: unreadableFile,
    });
    const { classes, images, prefix } = found.layout;
    return openImages(
      {
        name: basename(root),
        path: root,
        target,
        fingerprint: fingerprintOf([
          'image-folder',
          decoderVersion,
          target,
          images.map(({ path, label }, i) => [path.slice(prefix.length), classes[label], hashes[i]]),
        ]),
        formerFingerprints: [
          // Names and sizes of all files: what was compared before contents were.
          hashOf([
            'image-folder',
            formerDecoderVersion,
            target,
            found.files.map(({ path, about }) => [path, Number(about?.size ?? 0)]),
          ]),
        ],
        found: { skipped: found.skipped, notes: found.layout.notes },
        memoryLimitBytes: memoryLimitBytes(this.options),
        names: async () => images.map(({ path }) => path),
        list: async () => ({
          classes,
          total: images.length,
          images: images.map(({ path, label }, i): ListedImage => ({
            file: path,
            label,
            decode: async () => {
              const bytes = await tryReadFile(join(root, path));
              if (isProblem(bytes)) return { reason: bytes.problem };
              if (hashOfBytes(bytes) !== hashes[i]) throw changedMeanwhile(join(root, path));
              return decodeImage(bytes, target);
            },
          })),
          skipped: [],
          notes: [],
        }),
      },
      context,
    );
  }

  async sizes(options?: ImageSizesOptions): Promise<readonly ImageSize[]> {
    const root = await this.root();
    const { layout } = await this.find(root);
    return distinctSizes(
      root,
      layout.images.map(({ path }) => ({ file: path, read: async () => tryReadFile(join(root, path)) })),
      options,
    );
  }

  async files(context: ImageFilesContext): Promise<ImageFiles> {
    const root = await this.root();
    const { layout, skipped } = await findImages(root, this.options.labels, context);
    const { classes, images, notes } = layout;
    return {
      classes,
      total: images.length,
      images: (function* () {
        for (const { path, label } of images)
          yield {
            name: path,
            label,
            extension: extensionOf(path),
            read: async () => tryReadFile(join(root, path)),
          };
      })(),
      skipped,
      notes,
    };
  }

  private async find(root: string): Promise<FoundImages> {
    return findImages(root, this.options.labels, { strict: false });
  }

  /** @throws DATASET_NOT_FOUND, DATASET_NOT_A_FOLDER */
  private async root(): Promise<string> {
    const root = resolve(this.options.path, this.options.folder);
    const about = await stat(root).catch(() => null);
    if (about === null) throw notFound(root);
    if (!about.isDirectory()) throw notAFolder(root);
    return root;
  }
}

export const imageFolder = defineComponent({
  slot: 'dataset',
  id: 'image-folder',
  summary: 'Image files in folders, one folder for each class, or with a file of labels beside them.',
  options,
  create: (given) => new ImageFolder(given),
});
