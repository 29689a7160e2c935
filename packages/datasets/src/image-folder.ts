import { readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { defineComponent, type DatasetOpenContext, type DatasetSource } from '@ganymede/core';
import { z } from 'zod';
import { classLayout } from './class-layout.js';
import { decodeImage, decoderVersion } from './decode-image.js';
import { hashOf } from './fingerprint.js';
import { compareNames } from './image-names.js';
import type { ImageDataset } from './image-dataset.js';
import { imageOptions, memoryLimitBytes, targetImage } from './image-options.js';
import { listFiles } from './list-files.js';
import { emptyFolder, notAFolder, notFound } from './messages.js';
import { openImages } from './open-images.js';
import { withoutSheets } from './png-sheet.js';

const options = z.strictObject({
  path: z.string().min(1).describe('folder with one folder of images for each class'),
  folder: z.string().default('').describe('read only what lies below this folder of the path, e.g. train'),
  ...imageOptions,
});

export type ImageFolderOptions = z.output<typeof options>;

/** Image files in folders, one folder for each class; see `classLayout` for what counts as one. */
export class ImageFolder implements DatasetSource {
  constructor(private readonly options: ImageFolderOptions) {}

  async open(context: DatasetOpenContext): Promise<ImageDataset> {
    const root = resolve(this.options.path, this.options.folder);
    const about = await stat(root).catch(() => null);
    if (about === null) throw notFound(root);
    if (!about.isDirectory()) throw notAFolder(root);
    const files = await withoutSheets(root, await listFiles(root));
    if (files.length === 0) throw emptyFolder(root);
    files.sort((a, b) => compareNames(a.path, b.path));
    const target = targetImage(this.options, context);
    return openImages(
      {
        name: basename(root),
        path: root,
        target,
        fingerprint: hashOf([
          'image-folder',
          decoderVersion,
          target,
          files.map(({ path, size }) => [path, size]),
        ]),
        stamp: hashOf([root, files.map(({ modifiedMs }) => modifiedMs)]),
        memoryLimitBytes: memoryLimitBytes(this.options),
        list: async () => {
          const layout = classLayout(
            root,
            files.map(({ path }) => path),
            context.strict,
          );
          return {
            ...layout,
            total: layout.images.length,
            images: layout.images.map(({ path, label }) => ({
              file: path,
              label,
              decode: async () => decodeImage(await readFile(join(root, path)), target),
            })),
          };
        },
      },
      context,
    );
  }
}

export const imageFolder = defineComponent({
  slot: 'dataset',
  id: 'image-folder',
  summary: 'Image files in folders, one folder for each class.',
  options,
  create: (given) => new ImageFolder(given),
});
