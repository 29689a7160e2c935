import { difference, disc, polygon, ring, union, type SignedDistance } from './signed-distance.js';

/** The shapes, in the order of their labels. */
export const shapeNames = [
  'circle',
  'square',
  'triangle',
  'star',
  'ring',
  'cross',
  'heart',
  'crescent',
  'arrow',
  'hourglass',
] as const;

export type ShapeName = (typeof shapeNames)[number];

function onCircle(count: number, radiusOf: (i: number) => number): (readonly [number, number])[] {
  return Array.from({ length: count }, (_, i) => {
    const angle = (2 * Math.PI * i) / count - Math.PI / 2;
    return [radiusOf(i) * Math.cos(angle), radiusOf(i) * Math.sin(angle)] as const;
  });
}

function cross(arm: number, half: number): SignedDistance {
  return polygon([
    [-half, -arm],
    [half, -arm],
    [half, -half],
    [arm, -half],
    [arm, half],
    [half, half],
    [half, arm],
    [-half, arm],
    [-half, half],
    [-arm, half],
    [-arm, -half],
    [-half, -half],
  ]);
}

/** A square that stands on its corner and a half disc over each of its upper sides. */
function heart(halfDiagonal: number, top: number): SignedDistance {
  const h = halfDiagonal;
  const radius = h / Math.SQRT2;
  return union(
    polygon([
      [0, top - h],
      [h, top],
      [0, top + h],
      [-h, top],
    ]),
    disc(h / 2, top - h / 2, radius),
    disc(-h / 2, top - h / 2, radius),
  );
}

/** Outlines within the unit disc, of about the same visual weight; right is forward, y points down. */
export const shapeOutlines: Readonly<Record<ShapeName, SignedDistance>> = {
  circle: disc(0, 0, 0.9),
  square: polygon([
    [-0.7, -0.7],
    [0.7, -0.7],
    [0.7, 0.7],
    [-0.7, 0.7],
  ]),
  triangle: polygon(onCircle(3, () => 1)),
  star: polygon(onCircle(10, (i) => (i % 2 === 0 ? 1 : 0.42))),
  ring: ring(0.7, 0.25),
  cross: cross(0.95, 0.3),
  heart: heart(0.72, 0.12),
  crescent: difference(disc(-0.05, 0, 0.95), disc(0.42, 0, 0.75)),
  arrow: polygon([
    [0.98, 0],
    [0.15, 0.75],
    [0.15, 0.28],
    [-0.95, 0.28],
    [-0.95, -0.28],
    [0.15, -0.28],
    [0.15, -0.75],
  ]),
  hourglass: polygon([
    [-0.62, -0.78],
    [0.62, -0.78],
    [0.12, 0],
    [0.62, 0.78],
    [-0.62, 0.78],
    [-0.12, 0],
  ]),
};
