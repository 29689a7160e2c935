interface Drawn {
  readonly first: string;
  readonly second: string;
  /** Of the second class, 0 to 1; at 0 the images are of the first alone. */
  readonly share: number;
  /** The convention is the id of a component of slot `truncation`; null draws from the whole prior. */
  readonly truncation: { readonly convention: string; readonly threshold: number } | null;
  readonly seed: number;
}

/** What is drawn: a grid of draws, a walk between two of them, or draws moved along a direction of `analyze directions`. */
export type Picture = Drawn &
  (
    | { readonly kind: 'grid'; readonly count: number }
    /** From the first draw of `seed` to the first of `toSeed`. */
    | { readonly kind: 'walk'; readonly toSeed: number; readonly steps: number }
    | {
        readonly kind: 'direction';
        readonly direction: string;
        /** How far to both sides, as a multiple of the unit vector. */
        readonly extent: number;
        /** Draws, a row of `steps` each. */
        readonly images: number;
        readonly steps: number;
      }
  );
