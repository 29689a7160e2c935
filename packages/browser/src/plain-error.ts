/** An error as a message takes it from a worker to its page. */
export interface PlainError {
  readonly name: string;
  readonly message: string;
  /** Of a `GanymedeError`, as its kind and its hint. */
  readonly code?: string;
  readonly kind?: string;
  readonly hint?: string | undefined;
}
