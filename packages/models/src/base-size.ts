import { GanymedeError, resolutionText, resolutionOf, type ImageShape } from '@ganymede/core';

type Sides = Pick<ImageShape, 'height' | 'width'>;

/** The lowest map of a network that doubles or halves the size, whose shorter side has 4 to 7 pixels. */
export interface BaseSize extends Sides {
  /** How often the base is doubled until it is the image. */
  readonly doublings: number;
}

/** Which sizes a network can have. */
export interface SizeRule {
  readonly least: number;
  /** Doublings of the largest images. Without it there is no largest. */
  readonly most?: number;
  /** Halvings that a discriminator makes of images of so many doublings, where those are more. */
  readonly halvings?: (doublings: number) => number;
}

const shortest = 4;
/** How many sizes an error names. */
const named = 3;
/** Far beyond what fits a memory; where a rule has no end, nearest sizes are looked for up to here. */
const mostDoublings = 12;

/** What both sides are multiples of. */
const stepOf = (doublings: number, { halvings }: SizeRule): number =>
  2 ** Math.max(doublings, halvings?.(doublings) ?? 0);

const doublingsOf = ({ height, width }: Sides): number =>
  Math.floor(Math.log2(Math.min(height, width) / shortest));

function isAllowed(size: Sides, rule: SizeRule): boolean {
  const doublings = doublingsOf(size);
  if (!(doublings >= rule.least && doublings <= (rule.most ?? Infinity))) return false;
  const step = stepOf(doublings, rule);
  return size.height % step === 0 && size.width % step === 0;
}

/** What a size that is refused had to be. */
function expectedSizes(size: Sides, rule: SizeRule): string {
  const { least, most, halvings } = rule;
  const range =
    most === undefined ? (least === 0 ? '' : `, n at least ${least}`) : `, n from ${least} to ${most}`;
  const doublings = doublingsOf(size);
  // Where the sides are as said, the discriminator's halvings alone refuse them.
  const halved = isAllowed(size, { ...rule, halvings: () => 0 })
    ? ` and that are multiples of ${stepOf(doublings, rule)}, for the discriminator halves them ${halvings!(doublings)} times`
    : '';
  return `images whose sides are 2^n times a base whose shorter side is 4 to 7 pixels${halved}${range}`;
}

/** Sizes that a network can have nearest to one that it cannot, by the ratios of their sides; for squares, squares. */
function nearestSizes({ height, width }: Sides, rule: SizeRule): readonly Sides[] {
  const distance = (to: Sides): number =>
    Math.abs(Math.log(to.height / height)) + Math.abs(Math.log(to.width / width));
  const found = new Map<string, Sides>();
  for (let doublings = rule.least; doublings <= (rule.most ?? mostDoublings); doublings++) {
    const step = stepOf(doublings, rule);
    const [least, most] = [shortest * 2 ** doublings, 2 * shortest * 2 ** doublings - 1];
    const near = (side: number): number[] =>
      [side, least, most].flatMap((at) =>
        [-1, 0, 1, 2].map((steps) => (Math.floor(at / step) + steps) * step),
      );
    for (const h of near(height))
      for (const w of height === width ? [h] : near(width)) {
        const size = { height: h, width: w };
        if (isAllowed(size, rule)) found.set(`${h}x${w}`, size);
      }
  }
  return [...found.values()].sort((a, b) => distance(a) - distance(b)).slice(0, named);
}

/**
 * The base of a network for images of a size: both sides halved together until the shorter one has 4 to 7 pixels. So 32,
 * 64, 128, ... begin with 4x4, 48x32 with 6x4, 128x96 with 8x6.
 * @param what - the network, for the error
 * @throws UNSUPPORTED_RESOLUTION naming the nearest sizes that it can have
 */
export function baseSizeOf(what: string, size: Sides, rule: SizeRule): BaseSize {
  const { height, width } = size;
  if (isAllowed(size, rule)) {
    const doublings = doublingsOf(size);
    return { doublings, height: height / 2 ** doublings, width: width / 2 ** doublings };
  }
  const nearest = nearestSizes(size, rule).map((one) => resolutionText(resolutionOf(one)));
  throw new GanymedeError(
    'UNSUPPORTED_RESOLUTION',
    `${what}: expected ${expectedSizes(size, rule)}, got ${height}x${width}; the nearest are ${nearest.join(', ')}`,
    { kind: 'usage', hint: `Set resolution to one of these: a number, or [height, width].` },
  );
}

/**
 * The name of a map's size in options such as `attention`: its shorter side, rounded down to a power of two, so that maps
 * of images that are not square are called as those of the square with the same number of doublings.
 */
export function levelOf(doublings: number): number {
  return shortest * 2 ** doublings;
}

/**
 * Whether a block of a discriminator is followed by self-attention, which pools its keys and values by 2.
 * @param what - the network, for the error
 * @param base - of the network, for its images
 * @param level - of the block's output
 * @throws ATTENTION_SIZE where it is asked for at maps with an odd side
 */
export function attendsAt(
  what: string,
  attention: readonly number[],
  level: number,
  base: BaseSize,
): boolean {
  if (!attention.includes(level)) return false;
  const [height, width] = [base.height, base.width].map((side) => (side * level) / shortest);
  if (height! % 2 === 0 && width! % 2 === 0) return true;
  throw new GanymedeError(
    'ATTENTION_SIZE',
    `${what}: expected self-attention at maps with even sides, got attention ${level}, where they have ${height}x${width}`,
    {
      kind: 'usage',
      hint: `Leave ${level} out of the network's attention, or take images whose sides are multiples of ${(2 * levelOf(base.doublings)) / level}.`,
    },
  );
}

/**
 * What a network has at a size: what it has for the square with as many doublings of its base.
 * @param architectures - by the pixels a side of squares; `downsampled` is how often the discriminator halves images
 * @throws UNSUPPORTED_RESOLUTION
 */
export function architectureFor<Architecture extends { readonly downsampled: number }>(
  what: string,
  imageShape: Sides,
  architectures: Readonly<Record<number, Architecture>>,
): Architecture & { readonly base: BaseSize } {
  const levels = Object.keys(architectures).map((side) => Math.log2(Number(side) / shortest));
  const ofDoublings = (doublings: number): Architecture => architectures[levelOf(doublings)]!;
  const base = baseSizeOf(what, imageShape, {
    least: Math.min(...levels),
    most: Math.max(...levels),
    halvings: (doublings) => ofDoublings(doublings).downsampled,
  });
  return { ...ofDoublings(base.doublings), base };
}
