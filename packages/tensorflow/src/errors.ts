/** As the kinds of @ganymede/core, which this package does not know. */
export type TensorFlowErrorKind = 'usage' | 'missing' | 'data' | 'failed';

/** An error of this package: a stable code, what was expected and what came, whose matter it is, and what to do. */
export class TensorFlowError extends Error {
  readonly code: string;
  readonly kind: TensorFlowErrorKind;
  readonly hint: string | undefined;

  constructor(
    code: string,
    message: string,
    details: { readonly kind: TensorFlowErrorKind; readonly hint?: string; readonly cause?: unknown },
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'TensorFlowError';
    this.code = code;
    this.kind = details.kind;
    this.hint = details.hint;
  }
}
