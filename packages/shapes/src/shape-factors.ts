import { RandomStream } from '@ganymede/core';
import type { ShapeName } from './shape-outlines.js';

export type Rgb = readonly [number, number, number];

/** Saturated and bright enough to stand out from every background, in grey too. Red, green, blue in 0..255. */
export const shapeColours = {
  red: [250, 80, 65],
  orange: [250, 150, 30],
  yellow: [250, 225, 50],
  green: [60, 205, 80],
  cyan: [50, 215, 225],
  blue: [80, 130, 255],
  purple: [175, 90, 250],
  pink: [255, 110, 190],
} as const satisfies Record<string, Rgb>;

export type ShapeColour = keyof typeof shapeColours;

const colourNames = Object.keys(shapeColours) as ShapeColour[];

/** Everything that an image of a shape is made from. Lengths are in sides of the middle square, angles in radians. */
export interface ShapeFactors {
  readonly shape: ShapeName;
  readonly label: number;
  readonly colour: ShapeColour;
  /** Centre, 0..1 from the left and from the top of the middle square. */
  readonly x: number;
  readonly y: number;
  /** Radius of the disc that the shape fills. */
  readonly size: number;
  /** Clockwise. */
  readonly rotation: number;
  readonly background: {
    /** Colours at the two ends; the same for a solid background. 0..255 */
    readonly from: Rgb;
    readonly to: Rgb;
    /** Direction from one end to the other, clockwise from rightwards. */
    readonly angle: number;
  };
}

/** How far factors vary; fixed, so that images of the same seed and index agree everywhere. */
const ranges = {
  offset: 0.08,
  size: [0.28, 0.38],
  rotation: Math.PI / 10,
  backgroundValue: [16, 62],
  backgroundTint: 14,
} as const;

function backgroundColour(random: RandomStream): Rgb {
  const [low, high] = ranges.backgroundValue;
  const value = low + (high - low) * random.nextUniform();
  const channel = (): number => Math.max(0, value + ranges.backgroundTint * (2 * random.nextUniform() - 1));
  return [channel(), channel(), channel()];
}

/**
 * The factors of an image, from a random stream of its own: an image does not depend on how many there are.
 * Classes take turns, so that they are balanced; all other factors are independent of the class and of each other.
 */
export function drawShapeFactors(seed: number, index: number, shapes: readonly ShapeName[]): ShapeFactors {
  const random = RandomStream.create(seed, `shapes/${index}`);
  const label = index % shapes.length;
  const around = (centre: number, reach: number): number => centre + reach * (2 * random.nextUniform() - 1);
  const [smallest, largest] = ranges.size;
  const colour = colourNames[random.nextInteger(colourNames.length)]!;
  const x = around(0.5, ranges.offset);
  const y = around(0.5, ranges.offset);
  const size = around((smallest + largest) / 2, (largest - smallest) / 2);
  const rotation = around(0, ranges.rotation);
  const from = backgroundColour(random);
  const isSolid = random.nextUniform() < 0.5;
  const to = isSolid ? from : backgroundColour(random);
  const angle = isSolid ? 0 : 2 * Math.PI * random.nextUniform();
  return { shape: shapes[label]!, label, colour, x, y, size, rotation, background: { from, to, angle } };
}
