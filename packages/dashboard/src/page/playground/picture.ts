import type { Convention, Picture } from '../../playground/contract.js';

/** What has directions, by name. */
interface Directed {
  readonly directions: readonly string[];
}

/** What the controls of a playground say. */
export interface PlaygroundState {
  readonly mode: 'grid' | 'walk' | 'direction';
  readonly first: string;
  readonly second: string;
  /** Share of the second class. */
  readonly share: number;
  readonly truncated: boolean;
  readonly convention: Convention;
  readonly threshold: number;
  readonly ofTruncation: boolean;
  readonly seed: number;
  readonly otherSeed: number;
  /** Images a side of a grid. */
  readonly side: number;
  /** Images of a walk. */
  readonly steps: number;
  /** Name of a direction, as `directionOf` reads it. */
  readonly direction: string;
  readonly extent: number;
}

/** Images along a direction, and draws that it starts from. */
const [directionSteps, directionImages] = [7, 3];

/** The direction that is chosen: one that is not there is the first. */
export const directionOf = (
  { directions }: Directed,
  { direction }: Pick<PlaygroundState, 'direction'>,
): string => (directions.includes(direction) ? direction : directions[0]!);

/** What is drawn. */
export function pictureOf(info: Directed, state: PlaygroundState): Picture {
  const { mode, first, second, share, truncated, convention, threshold, seed, extent } = state;
  const drawn = { first, second, share, truncation: truncated ? { convention, threshold } : null, seed };
  if (mode === 'grid') return { ...drawn, kind: mode, count: state.side ** 2 };
  if (mode === 'walk') return { ...drawn, kind: mode, toSeed: state.otherSeed, steps: state.steps };
  const direction = directionOf(info, state);
  return { ...drawn, kind: mode, direction, extent, images: directionImages, steps: directionSteps };
}

/** Images in a row. */
export const columnsOf = ({ mode, side }: PlaygroundState): number =>
  mode === 'grid' ? side : mode === 'walk' ? 4 : directionSteps;

/**
 * Places of the images that each frame of an animation shows, side by side: all paths go to their ends and back, as
 * `ganymede interpolate --out walk.gif` has them.
 */
export function framesOf(
  picture: Exclude<Picture, { readonly kind: 'grid' }>,
): readonly (readonly number[])[] {
  const { steps } = picture;
  const paths = picture.kind === 'walk' ? 1 : picture.images;
  const order = [...Array(steps).keys(), ...Array.from({ length: steps - 2 }, (_, i) => steps - 2 - i)];
  return order.map((step) => Array.from({ length: paths }, (_, path) => path * steps + step));
}
