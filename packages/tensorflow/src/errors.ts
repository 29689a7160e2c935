/** An error of this package: a stable code, what was expected and what came, and what to do. */
export class TensorFlowError extends Error {
  readonly code: string;
  readonly hint: string | undefined;

  constructor(
    code: string,
    message: string,
    details: { readonly hint?: string; readonly cause?: unknown } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'TensorFlowError';
    this.code = code;
    this.hint = details.hint;
  }
}
