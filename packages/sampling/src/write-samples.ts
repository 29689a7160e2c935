import { writeSafetensors } from '@ganymede/checkpoints';
import { writeNpz } from '@ganymede/datasets';
import { imagePngs, writeSheet } from '@ganymede/figures';
import { removeLeftovers, writeFileSafely } from '@ganymede/files';
import { basename, extname, join } from 'node:path';
import { badFormat } from './errors.js';
import { manifestTexts } from './sample-manifest.js';
import type { SampleResult } from './types.js';

/** `sheet`: one PNG with a class a row; `png`: a PNG a sample; the others hold `images`, `labels` and the names of `classes`. */
export const sampleFormats = ['sheet', 'png', 'npz', 'safetensors'] as const;
export type SampleFormat = (typeof sampleFormats)[number];

const formatByEnding: Readonly<Record<string, SampleFormat>> = {
  '.png': 'sheet',
  '.npz': 'npz',
  '.safetensors': 'safetensors',
};

export interface WriteSamplesOptions {
  /** A folder; or, for one format in one file, a path that ends in .png, .npz or .safetensors. */
  readonly out: string;
  /** `sheet` by default, or what the ending of `out` says. */
  readonly formats?: readonly SampleFormat[];
}

/**
 * Writes samples in one or more formats. Each file says itself how it was made: a PNG in a text, `ganymede`, an .npz in an array,
 * `manifest`, both as JSON; safetensors in the header's metadata.
 * @returns the paths that were written
 * @throws BAD_FORMAT where a path's ending contradicts the formats, BAD_IMAGES, FILE_TOO_LARGE, DISK_FULL, CANNOT_WRITE
 */
export async function writeSamples(
  samples: SampleResult,
  { out, formats }: WriteSamplesOptions,
): Promise<readonly string[]> {
  const single = formatByEnding[extname(out).toLowerCase()];
  if (single !== undefined) {
    if (formats !== undefined && (formats.length !== 1 || formats[0] !== single))
      throw badFormat(out, single, formats);
    await writeOne(samples, single, out);
    return [out];
  }
  const written: string[] = [];
  for (const format of formats ?? ['sheet']) {
    if (format === 'png') {
      written.push(...(await writeEach(samples, out)));
      continue;
    }
    const name = { sheet: 'sheet.png', npz: 'samples.npz', safetensors: 'samples.safetensors' }[format];
    await writeOne(samples, format, join(out, name));
    written.push(join(out, name));
  }
  return written;
}

async function writeOne(samples: SampleResult, format: SampleFormat, path: string): Promise<void> {
  const { images, labels, shape, classes, manifest } = samples;
  const imagesShape = [labels.length, shape.height, shape.width, shape.channels];
  switch (format) {
    case 'sheet':
      return writeSheet(path, images, shape, columnsFor(labels), JSON.stringify(manifest));
    case 'npz':
      return writeNpz(path, {
        images: { data: images, shape: imagesShape },
        labels: { data: labels, shape: [labels.length] },
        classes: { data: classes, shape: [classes.length] },
        manifest: { data: [JSON.stringify(manifest)], shape: [1] },
      });
    case 'safetensors':
      await writeSafetensors(
        path,
        {
          images: { dtype: 'U8', shape: imagesShape, data: images },
          labels: { dtype: 'I32', shape: [labels.length], data: labels },
        },
        { ...manifestTexts(manifest), classes: JSON.stringify(classes) },
      );
      return;
    case 'png':
      throw new RangeError('a PNG a sample needs a folder');
  }
}

/** Files that are written at a time: each waits for the medium, and the medium flushes several as fast as one. */
const atATime = 16;

/** The classes of the images of a folder, as Hugging Face's image folders have them. */
const labelsFile = 'metadata.jsonl';

/** `00012-circle.png`: the sample's number, then its class; what each class is really called stands beside them. */
async function writeEach(
  { images, labels, shape, classes, manifest }: SampleResult,
  folder: string,
): Promise<string[]> {
  const digits = Math.max(5, String(labels.length - 1).length);
  const written: string[] = [];
  let writing: Promise<unknown>[] = [];
  const allWritten = async (): Promise<void> => {
    const ends = await Promise.allSettled(writing);
    writing = [];
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed) throw failed.reason;
  };
  const { drawnClasses: _, ...common } = manifest;
  const classOf = (i: number): string => classes[labels[i]!] ?? String(labels[i]);
  const manifestOf = (i: number): string => JSON.stringify({ ...common, class: classOf(i), image: i });
  await removeLeftovers(folder);
  for await (const png of imagePngs(images, shape, manifestOf)) {
    const i = written.length;
    const name = classOf(i)
      .replace(/[^\w.-]+/g, '_')
      .slice(0, 80);
    const path = join(folder, `${String(i).padStart(digits, '0')}-${name}.png`);
    written.push(path);
    writing.push(writeFileSafely(path, png, { tidy: false }));
    if (writing.length >= atATime) await allWritten();
  }
  await allWritten();
  const lines = written.map((path, i) => {
    return `${JSON.stringify({ file_name: basename(path), label: classOf(i) })}\n`;
  });
  const list = join(folder, labelsFile);
  await writeFileSafely(list, lines.join(''));
  return [...written, list];
}

/** A class a row where all classes have equally many, in order; else about square. */
function columnsFor(labels: Int32Array): number {
  const first = labels.findIndex((label) => label !== labels[0]);
  const run = first < 0 ? labels.length : first;
  const isRows =
    labels.length % run === 0 && labels.every((label, i) => label === labels[Math.floor(i / run) * run]);
  return isRows && run > 1 && run < labels.length ? run : Math.ceil(Math.sqrt(labels.length));
}
