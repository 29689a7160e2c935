import { isGanymedeError, type DatasetOpenContext } from '@ganymede/core';
import { CacheWriter, readCache, type CachedImages } from './decoded-cache.js';
import type { DecodedImage, TargetImage } from './decode-image.js';
import { ImageDataset } from './image-dataset.js';
import { badImage, cacheNotWritten, emptyClass, noImages, type SkippedFile } from './messages.js';

/** One image of a source, before it is decoded. */
export interface ListedImage {
  /** Its name in messages. */
  readonly file: string;
  readonly label: number;
  decode(target: TargetImage): Promise<DecodedImage>;
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
  /** Changes when the source may have changed under the same fingerprint. */
  readonly stamp: string;
  readonly memoryLimitBytes: number;
  /** Called only where no cache holds the images. */
  list(): Promise<ImageListing>;
}

/** Decoded at a time: enough to keep the thread pool busy, few enough to hold as encoded photographs. */
const inFlight = 64;
const progressInterval = 256;

type Attempt = { readonly image: ListedImage } & (
  { readonly decoded: DecodedImage } | { readonly reason: string }
);

async function attempt(image: ListedImage, target: TargetImage): Promise<Attempt> {
  try {
    return { image, decoded: await image.decode(target) };
  } catch (error) {
    if (isGanymedeError(error)) throw error;
    // Decoders answer in several lines; the first says what is wrong.
    const reason = error instanceof Error ? error.message.split('\n')[0]! : String(error);
    return { image, reason };
  }
}

/** Runs at most `inFlight` at a time, hands results out in order. */
async function* decodeInOrder(listing: ImageListing, target: TargetImage): AsyncGenerator<Attempt> {
  const window: Promise<Attempt>[] = [];
  for await (const image of listing.images) {
    const promise = attempt(image, target);
    // It is awaited later: until then a failure must not count as unhandled.
    promise.catch(() => undefined);
    window.push(promise);
    if (window.length >= inFlight) yield await window.shift()!;
  }
  for (const promise of window) yield await promise;
}

async function fillCache(source: ImageSource, context: DatasetOpenContext): Promise<void> {
  const listing = await source.list();
  const { resolution, channels } = source.target;
  const skipped = [...listing.skipped];
  const labels: number[] = [];
  const imagesOfClass = new Int32Array(listing.classes.length);
  let upscaled = 0;
  let done = 0;
  const writer = await CacheWriter.create(context.cacheFolder);
  try {
    for await (const result of decodeInOrder(listing, source.target)) {
      if ('decoded' in result) {
        await writer.add(result.decoded.pixels);
        labels.push(result.image.label);
        imagesOfClass[result.image.label]!++;
        if (result.decoded.upscaled) upscaled++;
      } else {
        if (context.strict) throw badImage(result.image.file, result.reason);
        skipped.push({ file: result.image.file, reason: result.reason });
      }
      done++;
      if (done % progressInterval === 0 && done < listing.total) context.onProgress?.(done, listing.total);
    }
    if (labels.length === 0) throw noImages(source.path, skipped);
    const empty = imagesOfClass.indexOf(0);
    if (empty >= 0) throw emptyClass(listing.classes[empty]!, skipped);
    const notes = [...listing.notes];
    if (upscaled > 0)
      notes.push(
        `${upscaled} of ${labels.length} images were smaller than ${resolution} pixels and were enlarged`,
      );
    await writer.commit({
      fingerprint: source.fingerprint,
      stamp: source.stamp,
      imageShape: { height: resolution, width: resolution, channels },
      classes: [...listing.classes],
      labels,
      skipped,
      upscaled,
      notes,
    });
  } catch (error) {
    await writer.abandon();
    throw error;
  }
  context.onProgress?.(listing.total, listing.total);
}

function toDataset(source: ImageSource, { index, packed }: CachedImages, fromCache: boolean): ImageDataset {
  return new ImageDataset({
    name: source.name,
    imageShape: index.imageShape,
    classes: index.classes,
    fingerprint: index.fingerprint,
    report: { skipped: index.skipped, upscaled: index.upscaled, notes: index.notes, fromCache },
    labels: Int32Array.from(index.labels),
    packed,
  });
}

/**
 * Opens a source through the cache: what is there and whole is read, else everything is decoded, kept and read back.
 * Files that cannot be used are listed in the report, or stop it in strict mode.
 */
export async function openImages(source: ImageSource, context: DatasetOpenContext): Promise<ImageDataset> {
  const read = (): Promise<CachedImages | null> =>
    readCache(context.cacheFolder, source.fingerprint, source.stamp, source.memoryLimitBytes);
  const cached = await read();
  if (cached !== null) {
    const [first] = cached.index.skipped;
    if (context.strict && first) throw badImage(first.file, first.reason);
    context.onProgress?.(cached.index.labels.length, cached.index.labels.length);
    return toDataset(source, cached, true);
  }
  await fillCache(source, context);
  const written = await read();
  if (written === null)
    throw cacheNotWritten(context.cacheFolder, 'a file whose checksum is not that of what was written');
  return toDataset(source, written, false);
}
