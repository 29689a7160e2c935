import type { Value } from './block.js';

/** One op of a function's body. */
export interface BodyOp {
  /** Its lines in the body: from this one, */
  readonly first: number;
  /** to before this one. */
  readonly end: number;
  /** Values of the body that it takes, in its regions too. */
  readonly operands: readonly Value[];
  readonly results: readonly Value[];
}

/** A value that leaves the program, and the one of the same type that comes back for it. */
export interface Exchange<How = unknown> {
  readonly given: Value;
  readonly result: Value;
  /** For whoever runs the program: what is to be done with it. */
  readonly how: How;
}
