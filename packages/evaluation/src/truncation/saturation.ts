import type { WorkerGroup } from '@ganymede/workers';
import type { ImageSet } from '../image-set.js';

/** Images of the reference that are looked at. */
const referenceImages = 2000;

/** Channel values that lie at an end of the range, 0 or 255. */
export class SaturationCount {
  private ends = 0;
  private values = 0;

  add(pixels: Uint8Array): void {
    for (const value of pixels) if (value === 0 || value === 255) this.ends += 1;
    this.values += pixels.length;
  }

  /** Adds what the other processes have counted, in all of them. */
  async addOthers(group: WorkerGroup): Promise<void> {
    const own = new Uint8Array(Float64Array.of(this.ends, this.values).buffer);
    const all = (await group.gather(own)).map((one) => new Float64Array(Uint8Array.from(one).buffer));
    this.ends = all.reduce((sum, one) => sum + one[0]!, 0);
    this.values = all.reduce((sum, one) => sum + one[1]!, 0);
  }

  /** In [0, 1]. */
  get share(): number {
    return this.values === 0 ? 0 : this.ends / this.values;
  }
}

/** The share of values at an end of the range in a set's first images. */
export async function saturationOf(set: ImageSet): Promise<number> {
  const count = new SaturationCount();
  const total = Math.min(set.count, referenceImages);
  for (let start = 0; start < total; start += 200)
    count.add(await set.read(start, Math.min(200, total - start)));
  return count.share;
}

/**
 * Whether images are saturated as truncated latents make those of a generator that was not trained to take them
 * (arXiv:1809.11096, section 3.1, figure 2b): many more values at the ends of the range than in the data. Dark borders
 * and white backgrounds of the data itself do not count.
 */
export function isSaturated(share: number, reference: number): boolean {
  return share > 2 * reference + 0.02;
}
