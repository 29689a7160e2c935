/** An error of this package: a stable code, what was expected and what came, and what to do. */
export class StableHloError extends Error {
  readonly code: StableHloErrorCode;
  readonly hint: string | undefined;

  constructor(code: StableHloErrorCode, message: string, hint?: string) {
    super(message);
    this.name = 'StableHloError';
    this.code = code;
    this.hint = hint;
  }
}

/**
 * `TYPE_MISMATCH`: element types; `SHAPE_MISMATCH`: sizes of dimensions; `BAD_ATTRIBUTE`: a number or a list that an op
 * cannot take; `OUT_OF_SCOPE`: a value used where it does not exist; `BAD_MODULE`: functions and their results.
 */
export type StableHloErrorCode =
  'TYPE_MISMATCH' | 'SHAPE_MISMATCH' | 'BAD_ATTRIBUTE' | 'OUT_OF_SCOPE' | 'BAD_MODULE';

type Factory = (what: string, expected: string, got: string, hint?: string) => StableHloError;
const factory =
  (code: StableHloErrorCode): Factory =>
  (what, expected, got, hint) =>
    new StableHloError(code, `${what}: expected ${expected}, got ${got}`, hint);

/** Each says `what: expected X, got Y`. */
export const typeMismatch = factory('TYPE_MISMATCH');
export const shapeMismatch = factory('SHAPE_MISMATCH');
export const badAttribute = factory('BAD_ATTRIBUTE');
export const outOfScope = factory('OUT_OF_SCOPE');
export const badModule = factory('BAD_MODULE');
