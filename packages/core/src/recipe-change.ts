/** A component as a config names it: its id and its options. */
export interface ComponentReference {
  readonly use: string;
  readonly [option: string]: unknown;
}

/** What a stabilizer changes in the recipe from a step on. */
export interface RecipeChange {
  /** Factors on the learning rates, on top of those of earlier changes. */
  readonly learningRates?: { readonly generator: number; readonly discriminator: number };
  /** Added where the recipe has none of the same id. */
  readonly regularizers?: readonly ComponentReference[];
  readonly stabilizers?: readonly ComponentReference[];
  /** Draw other latents, and other images, than the first time. */
  readonly newRandomness?: boolean;
}
