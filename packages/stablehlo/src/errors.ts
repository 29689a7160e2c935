/**
 * An error of this package: a stable code, what was expected and what came, and what to do. `kind` is what programs that
 * sort errors ask for: these are mistakes of the program that builds the module.
 */
export class StableHloError extends Error {
  readonly code: StableHloErrorCode;
  readonly kind: 'failed';
  readonly hint: string | undefined;

  constructor(
    code: StableHloErrorCode,
    message: string,
    details: { readonly kind: 'failed'; readonly hint: string | undefined },
  ) {
    super(message);
    this.name = 'StableHloError';
    this.code = code;
    this.kind = details.kind;
    this.hint = details.hint;
  }
}

/**
 * `TYPE_MISMATCH`: element types; `SHAPE_MISMATCH`: sizes of dimensions; `BAD_ATTRIBUTE`: a number or a list that an op
 * cannot take; `OUT_OF_SCOPE`: a value used where it does not exist; `BAD_MODULE`: functions and their results.
 */
export type StableHloErrorCode =
  'TYPE_MISMATCH' | 'SHAPE_MISMATCH' | 'BAD_ATTRIBUTE' | 'OUT_OF_SCOPE' | 'BAD_MODULE';

type Factory = (what: string, expected: string, got: string, hint?: string) => StableHloError;
const said = (what: string, expected: string, got: string): string =>
  `${what}: expected ${expected}, got ${got}`;

/** Each says `what: expected X, got Y`. */
export const typeMismatch: Factory = (what, expected, got, hint) =>
  new StableHloError('TYPE_MISMATCH', said(what, expected, got), { kind: 'failed', hint });
export const shapeMismatch: Factory = (what, expected, got, hint) =>
  new StableHloError('SHAPE_MISMATCH', said(what, expected, got), { kind: 'failed', hint });
export const badAttribute: Factory = (what, expected, got, hint) =>
  new StableHloError('BAD_ATTRIBUTE', said(what, expected, got), { kind: 'failed', hint });
export const outOfScope: Factory = (what, expected, got, hint) =>
  new StableHloError('OUT_OF_SCOPE', said(what, expected, got), { kind: 'failed', hint });
export const badModule: Factory = (what, expected, got, hint) =>
  new StableHloError('BAD_MODULE', said(what, expected, got), { kind: 'failed', hint });
