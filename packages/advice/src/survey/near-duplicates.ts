import { bitCount, hashedSide, perceptualHash } from './perceptual-hash.js';

/** Small colour images, all of one size. */
export interface SmallImages {
  /** uint8 [N, 32, 32, channels], row-major; only the first three channels are looked at. */
  readonly pixels: Uint8Array;
  readonly channels: 3 | 4;
}

/** Images that are one picture, by number, the first one first. */
export type DuplicateGroup = readonly number[];

/**
 * Bits of 64 in which the hashes of two copies differ at most, and how far their pixels are apart: the root of the mean
 * square, of 255 and as a part of the pictures' contrast. Chosen on CIFAR-10; docs/recommend.md says what they find there.
 */
const likeness = { bits: 8, distance: 25, relativeDistance: 0.35 } as const;

const valuesPerImage = 3 * hashedSide * hashedSide;
const valuesOfBlocks = 3 * 4 * 4;

/**
 * Groups of images that are the same picture, up to compression, size and a little light.
 *
 * Equal images are joined first, so that thousands of empty ones cost no more than one. Two others are compared where 16
 * neighbouring bits of their hashes agree, which is so for every pair that differs in up to three bits, and for most that
 * differ in more; then the pixels decide.
 */
export function findDuplicates(images: SmallImages): readonly DuplicateGroup[] {
  const count = images.pixels.length / (images.channels * hashedSide * hashedSide);
  const hashes = new Uint32Array(2 * count);
  const looks: Looks = {
    blocks: new Float32Array(valuesOfBlocks * count),
    contrasts: new Float64Array(count),
  };
  for (let i = 0; i < count; i++) {
    hashes.set(perceptualHash(lumaOf(images, i)), 2 * i);
    describe(images, i, looks);
  }
  const parent = Int32Array.from({ length: count }, (_, i) => i);
  const rootOf = (i: number): number => {
    let root = i;
    while (parent[root] !== root) root = parent[root]!;
    while (parent[i] !== root) [parent[i], i] = [root, parent[i]!];
    return root;
  };
  const distinct = distinctImages(images, looks, parent);
  for (let band = 0; band < 4; band++) {
    for (const bucket of buckets(hashes, band, distinct)) {
      for (let a = 1; a < bucket.length; a++)
        for (let b = 0; b < a; b++) {
          const [i, j] = [bucket[b]!, bucket[a]!];
          if (distanceOf(hashes, i, j) > likeness.bits) continue;
          const [first, second] = [rootOf(i), rootOf(j)];
          if (first === second || !isAlike(images, looks, i, j)) continue;
          parent[Math.max(first, second)] = Math.min(first, second);
        }
    }
  }
  const groups = new Map<number, number[]>();
  for (let i = 0; i < count; i++) {
    const root = rootOf(i);
    const group = groups.get(root);
    if (group) group.push(i);
    else groups.set(root, [i]);
  }
  return [...groups.values()].filter((group) => group.length > 1);
}

/** The first of each set of equal images; of the others, `parent` gets it. */
function distinctImages(images: SmallImages, { blocks }: Looks, parent: Int32Array): readonly number[] {
  const found = new Map<string, number[]>();
  const bytes = Buffer.from(blocks.buffer);
  const bytesOfBlocks = blocks.BYTES_PER_ELEMENT * valuesOfBlocks;
  return Array.from(parent).filter((i) => {
    const key = bytes.toString('latin1', i * bytesOfBlocks, (i + 1) * bytesOfBlocks);
    const others = found.get(key);
    const first = others?.find((one) => squaredDistance(images, one, i) === 0);
    if (first !== undefined) parent[i] = first;
    else if (others) others.push(i);
    else found.set(key, [i]);
    return first === undefined;
  });
}

/** Those images by the value of 16 bits of their hash. */
function buckets(hashes: Uint32Array, band: number, images: readonly number[]): Iterable<readonly number[]> {
  const found = new Map<number, number[]>();
  for (const i of images) {
    const key = (hashes[2 * i + (band >> 1)]! >>> (16 * (band & 1))) & 0xffff;
    const bucket = found.get(key);
    if (bucket) bucket.push(i);
    else found.set(key, [i]);
  }
  return found.values();
}

function distanceOf(hashes: Uint32Array, i: number, j: number): number {
  return (
    bitCount((hashes[2 * i]! ^ hashes[2 * j]!) >>> 0) +
    bitCount((hashes[2 * i + 1]! ^ hashes[2 * j + 1]!) >>> 0)
  );
}

/** Rec. 601 luma, [32, 32]. */
function lumaOf({ pixels, channels }: SmallImages, image: number): Float64Array {
  const start = image * channels * hashedSide * hashedSide;
  return Float64Array.from({ length: hashedSide * hashedSide }, (_, i) => {
    const at = start + i * channels;
    return 0.299 * pixels[at]! + 0.587 * pixels[at + 1]! + 0.114 * pixels[at + 2]!;
  });
}

/** What tells most pairs apart without looking at all of their pixels. */
interface Looks {
  /** Means of the channels in 4 x 4 blocks of 8 x 8 pixels, 48 numbers an image. */
  readonly blocks: Float32Array;
  /** Standard deviations of all values about the mean of each channel. */
  readonly contrasts: Float64Array;
}

function describe({ pixels, channels }: SmallImages, image: number, { blocks, contrasts }: Looks): void {
  const start = image * channels * hashedSide * hashedSide;
  const area = hashedSide * hashedSide;
  const inBlock = area / (valuesOfBlocks / 3);
  let variance = 0;
  for (let channel = 0; channel < 3; channel++) {
    let sum = 0;
    let squares = 0;
    for (let y = 0; y < hashedSide; y++)
      for (let x = 0; x < hashedSide; x++) {
        const value = pixels[start + (y * hashedSide + x) * channels + channel]!;
        sum += value;
        squares += value * value;
        blocks[image * valuesOfBlocks + 3 * ((y >> 3) * 4 + (x >> 3)) + channel]! += value / inBlock;
      }
    variance += squares / area - (sum / area) ** 2;
  }
  contrasts[image] = Math.sqrt(Math.max(0, variance) / 3);
}

/**
 * Equal pixels are alike whatever the contrast: two white pictures are one. The distance of block means is never above that of
 * the pixels, so that it rejects without being wrong.
 */
function isAlike(images: SmallImages, { blocks, contrasts }: Looks, i: number, j: number): boolean {
  const contrast = Math.min(contrasts[i]!, contrasts[j]!);
  const most = Math.min(likeness.distance, likeness.relativeDistance * contrast) ** 2;
  let ofBlocks = 0;
  for (let k = 0; k < valuesOfBlocks; k++)
    ofBlocks += (blocks[i * valuesOfBlocks + k]! - blocks[j * valuesOfBlocks + k]!) ** 2;
  // Sums of means in single precision: a hair above is still equal.
  if (ofBlocks / valuesOfBlocks > most + 1e-3) return false;
  return squaredDistance(images, i, j) / valuesPerImage <= most;
}

/** Of the pixels of two images, without alpha. */
function squaredDistance({ pixels, channels }: SmallImages, i: number, j: number): number {
  const size = channels * hashedSide * hashedSide;
  let squares = 0;
  for (let at = 0; at < size; at++) {
    if (channels === 4 && (at & 3) === 3) continue;
    squares += (pixels[i * size + at]! - pixels[j * size + at]!) ** 2;
  }
  return squares;
}
