/** The errors of those whose files these are: each says `where: expected X, got Y` in their words, under their codes. */
export interface ZipProblems {
  readonly damaged: (where: string, expected: string, got: string, cause?: unknown) => Error;
  readonly unsupported: (where: string, expected: string, got: string) => Error;
}
