import { inOrder } from '@ganymede/files';
import { sidesOf, type DatasetOpenContext } from '@ganymede/core';
import { imageBytesOf, readCache, type CachedImages } from './decoded-cache.js';
import { type DecodedImage, type TargetImage, isUnusable, type UnusableImage } from '@ganymede/images';
import { ImageDataset } from './image-dataset.js';
import { ImageSink } from './image-sink.js';
import {
  badImage,
  cacheNotWritten,
  changedMeanwhile,
  emptyClass,
  mostlyUnusable,
  noImages,
  notKept,
  type SkippedFile,
} from './messages.js';

/** One image of a source, before it is decoded. */
export interface ListedImage {
  /** Its name in messages. */
  readonly file: string;
  readonly label: number;
  decode(target: TargetImage): Promise<DecodedImage | UnusableImage>;
}

/** What a source holds. */
export interface ImageListing {
  readonly classes: readonly string[];
  readonly total: number;
  readonly images: Iterable<ListedImage> | AsyncIterable<ListedImage>;
  readonly skipped: readonly SkippedFile[];
  readonly notes: readonly string[];
}

/** Images that are decoded once and kept. */
export interface ImageSource {
  readonly name: string;
  readonly path: string;
  readonly target: TargetImage;
  /** What the data is; names the cache. */
  readonly fingerprint: string;
  /** What the same data was called by before. */
  readonly formerFingerprints: readonly string[];
  /** What a look at the source told without decoding anything; it is not kept with the images. */
  readonly found?: { readonly skipped: readonly SkippedFile[]; readonly notes: readonly string[] };
  readonly memoryLimitBytes: number;
  /** Files of all images, usable or not, in the order of the listing; absent where images have no files of their own. */
  readonly names?: () => Promise<readonly string[]>;
  /** Called only where no cache holds the images. */
  list(): Promise<ImageListing>;
  /** Whether the source is still what the fingerprint says; asked after everything was read. */
  readonly isUnchanged?: () => Promise<boolean>;
}

/** Decoded at a time: enough to keep the thread pool busy, few enough to hold as encoded photographs. */
const inFlight = 64;
const progressInterval = 256;

/** Data of which no value reaches this is as good as black, of 255. */
const dark = 24;

function brightestOf(pixels: Uint8Array): number {
  let brightest = 0;
  for (const value of pixels) if (value > brightest) brightest = value;
  return brightest;
}

interface Attempt {
  readonly image: ListedImage;
  readonly decoded: DecodedImage | UnusableImage;
}

async function attempt(image: ListedImage, target: TargetImage): Promise<Attempt> {
  return { image, decoded: await image.decode(target) };
}

/** @returns the images where memory holds them; null where they are to be read from the cache */
async function decodeAll(source: ImageSource, context: DatasetOpenContext): Promise<CachedImages | null> {
  const listing = await source.list();
  const { channels } = source.target;
  const { height, width } = sidesOf(source.target.resolution);
  const skipped = [...listing.skipped];
  const labels: number[] = [];
  const imagesOfClass = new Int32Array(listing.classes.length);
  let upscaled = 0;
  let resized = 0;
  let animated = 0;
  let done = 0;
  let brightest = 0;
  const imageShape = { height, width, channels };
  const sink = await ImageSink.create({
    cacheFolder: context.cacheFolder,
    imageBytes: imageBytesOf({ imageShape }),
    total: listing.total,
    memoryLimitBytes: source.memoryLimitBytes,
  });
  try {
    for await (const { image, decoded } of inOrder(listing.images, inFlight, (one) =>
      attempt(one, source.target),
    )) {
      if (isUnusable(decoded)) {
        if (context.strict) throw badImage(source.path, image.file, decoded.reason, context.strictHint);
        skipped.push({ file: image.file, reason: decoded.reason });
      } else {
        await sink.add(decoded.pixels);
        if (brightest < dark) brightest = Math.max(brightest, brightestOf(decoded.pixels));
        labels.push(image.label);
        imagesOfClass[image.label]!++;
        if (decoded.upscaled) upscaled++;
        if (decoded.resized && !decoded.upscaled) resized++;
        if (decoded.frames > 1) animated++;
      }
      done++;
      if (done % progressInterval === 0 && done < listing.total) context.onProgress?.(done, listing.total);
    }
    if (labels.length === 0) throw noImages(source.path, skipped);
    const empty = imagesOfClass.indexOf(0);
    if (empty >= 0) throw emptyClass(listing.classes[empty]!, skipped);
    if (skipped.length - listing.skipped.length > labels.length)
      throw mostlyUnusable(source.path, labels.length, skipped);
    if (!((await source.isUnchanged?.()) ?? true)) throw changedMeanwhile(source.path);
    const notes = [...listing.notes];
    const sizeText = height === width ? `${height} x ${width}` : `${width} x ${height} (width x height)`;
    if (brightest < dark)
      notes.push(
        `no value of any image is above ${brightest} of 255: they are as good as black, as pictures of 12 bits saved in 16 are, and maps of class numbers`,
      );
    if (resized > 0)
      notes.push(`${resized} of ${labels.length} images were cropped or reduced to ${sizeText} pixels`);
    if (animated > 0)
      notes.push(`${animated} of ${labels.length} images have several frames: the first was read`);
    if (upscaled > 0)
      notes.push(
        `${upscaled} of ${labels.length} images were smaller than ${height === width ? height : sizeText} pixels and were enlarged`,
      );
    const { held, problem } = await sink.commit({
      fingerprint: source.fingerprint,
      imageShape,
      classes: [...listing.classes],
      labels,
      skipped,
      upscaled,
      notes,
    });
    context.onProgress?.(listing.total, listing.total);
    if (held === null || problem === null) return held;
    return { ...held, index: { ...held.index, notes: [...notes, notKept(problem)] } };
  } catch (error) {
    await sink.abandon();
    throw error;
  }
}

/** The names of the images that could be used, which are the data's. */
function usableNames(
  names: () => Promise<readonly string[]>,
  skipped: readonly SkippedFile[],
): () => Promise<readonly string[]> {
  const unusable = new Set(skipped.map(({ file }) => file));
  return async () => (await names()).filter((name) => !unusable.has(name));
}

function toDataset(source: ImageSource, { index, packed }: CachedImages, fromCache: boolean): ImageDataset {
  return new ImageDataset({
    name: source.name,
    imageShape: index.imageShape,
    classes: index.classes,
    fingerprint: index.fingerprint,
    formerFingerprints: source.formerFingerprints,
    report: {
      skipped: [...(source.found?.skipped ?? []), ...index.skipped],
      upscaled: index.upscaled,
      notes: [...(source.found?.notes ?? []), ...index.notes],
      fromCache,
    },
    labels: Int32Array.from(index.labels),
    packed,
    ...(source.names && { names: usableNames(source.names, index.skipped) }),
  });
}

/**
 * Opens a source through the cache: what is there and whole is read, else everything is decoded, kept and read back.
 * Files that cannot be used are listed in the report, or stop it in strict mode.
 */
export async function openImages(source: ImageSource, context: DatasetOpenContext): Promise<ImageDataset> {
  const read = (): Promise<CachedImages | null> =>
    readCache(context.cacheFolder, source.fingerprint, source.memoryLimitBytes);
  const cached = await read();
  if (cached !== null) {
    const [first] = cached.index.skipped;
    if (context.strict && first) throw badImage(source.path, first.file, first.reason, context.strictHint);
    context.onProgress?.(cached.index.labels.length, cached.index.labels.length);
    return toDataset(source, cached, true);
  }
  const written = (await decodeAll(source, context)) ?? (await read());
  if (written === null)
    throw cacheNotWritten(context.cacheFolder, 'a file whose checksum is not that of what was written');
  return toDataset(source, written, false);
}
