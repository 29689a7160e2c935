import type { GanymedeError } from '@ganymede/core';
import type { Value } from '@ganymede/stablehlo';

/** The module under construction that a value belongs to. */
export interface ValueOwner {
  readonly name: string;
  /** The error of a value read while tracing: there is none yet. */
  valueError(value: TracedValue): GanymedeError;
}

/** A value of the module under construction. */
export interface TracedValue {
  /** Of the type that tfjs sees. */
  readonly value: Value;
  /** The same in bfloat16, where it is kept so. */
  readonly stored: Value | null;
  /** What made it, for errors. */
  readonly op: string;
  readonly trace: ValueOwner;
}
