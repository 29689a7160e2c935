import type { Caution } from '@ganymede/core';
import { emptyBalls, fewNeighbours, type CountedSet } from './cautions.js';
import { badMetricOption, tooFewImages } from './errors.js';
import { checkMatrix, checkSameSize, type Matrix } from './feature-checks.js';
import { eachDistanceBlock, squaredDistance } from './nearest-distances.js';
import { neighbourRadii } from './neighbour-radii.js';
import type { Products } from './products.js';

/** How two sets lie in each other's neighbourhoods: balls around each image that reach to its k-th neighbour. */
export interface Neighbourhoods {
  /** For each fake image, in how many balls of real images it lies. */
  readonly realBalls: Int32Array;
  /** For each real image, whether it lies in a ball of a fake one; empty where it was not asked for. */
  readonly inFakeBall: Uint8Array;
  /** For each real image, whether a fake one lies in its ball. */
  readonly covered: Uint8Array;
  /** Balls of radius 0, around real and fake images: those with k copies. Nothing lies in them. */
  readonly empty: { readonly real: number; readonly fake: number };
}

export interface NeighbourhoodOptions {
  /** Which neighbour a ball reaches to. */
  readonly k: number;
  readonly products?: Products;
  /** Balls around fake images, which recall asks for; default true. */
  readonly fakeBalls?: boolean;
}

/**
 * Counts who lies in whose ball; "in" is strictly nearer than the k-th neighbour, as in prdc
 * (arXiv:1904.06991 takes what is as near as well, which differs for copies alone). Exact in float64 wherever
 * products run: pairs that the bound on the error leaves in question are measured again.
 * @throws BAD_FEATURE_SHAPE, NON_FINITE_FEATURE, FEATURE_SIZES_DIFFER, TOO_FEW_IMAGES, BAD_OPTION
 */
export async function neighbourhoods(
  real: Matrix,
  fake: Matrix,
  { k, products = 'auto', fakeBalls = true }: NeighbourhoodOptions,
): Promise<Neighbourhoods> {
  if (!Number.isInteger(k) || k < 1) throw badMetricOption('neighbours', 'a positive integer', k);
  checkMatrix('real features', real);
  checkMatrix('fake features', fake);
  checkSameSize('neighbourhoods', real, fake);
  expectNeighbours(fakeBalls ? [real, fake] : [real], k);
  if (fake.count < 1) throw tooFewImages('neighbourhoods', 1, fake.count, 'Give generated images.');
  const realRadii = await neighbourRadii(real, k, products);
  const fakeRadii = fakeBalls ? await neighbourRadii(fake, k, products) : null;
  const realBalls = new Int32Array(fake.count);
  const inFakeBall = new Uint8Array(fakeBalls ? real.count : 0);
  const covered = new Uint8Array(real.count);
  await eachDistanceBlock(real, fake, products, ({ i0, rows, j0, columns, squared, rowSlack }) => {
    for (let i = i0, at = 0; i < i0 + rows; i++) {
      const slack = rowSlack(i);
      const radius = realRadii[i]!;
      for (let j = j0; j < j0 + columns; j++, at++) {
        const near = squared[at]!;
        const otherRadius = fakeRadii ? fakeRadii[j]! : -Infinity;
        const isDoubtful =
          slack > 0 && (Math.abs(near - radius) <= slack || Math.abs(near - otherRadius) <= slack);
        const distance = isDoubtful ? squaredDistance(real, i, fake, j) : near;
        if (distance < radius) {
          realBalls[j] = realBalls[j]! + 1;
          covered[i] = 1;
        }
        if (distance < otherRadius) inFakeBall[i] = 1;
      }
    }
  });
  const empty = { real: zeros(realRadii), fake: fakeRadii ? zeros(fakeRadii) : 0 };
  return { realBalls, inFakeBall, covered, empty };
}

const zeros = (radii: Float64Array): number => radii.reduce((sum, radius) => sum + Number(radius === 0), 0);

/** The share of entries that are not zero. */
export function share(flags: Int32Array | Uint8Array): number {
  let set = 0;
  for (const flag of flags) if (flag > 0) set += 1;
  return set / flags.length;
}

/** @throws TOO_FEW_IMAGES where images of a set have fewer than k neighbours */
export function expectNeighbours(sets: readonly { readonly count: number }[], k: number): void {
  for (const { count } of sets) {
    if (count <= k) throw tooFewImages('neighbourhoods', k + 1, count, `Each needs ${k} neighbours.`);
  }
}

/** Images for each neighbour, below which balls are told to cover much of their set. */
const imagesPerNeighbour = 10;

/** What the balls around the images of a set leave to be said of numbers that count them. */
export function ballCautions(
  numbers: readonly string[],
  set: CountedSet,
  empty: number,
  k: number,
): readonly Caution[] {
  return [
    ...(set.count < imagesPerNeighbour * k ? [fewNeighbours(numbers, k, [set])] : []),
    ...(empty > 0 ? [emptyBalls(numbers, empty, set, k)] : []),
  ];
}
