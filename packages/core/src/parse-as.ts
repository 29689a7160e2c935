/** What checks a value of unknown form: a schema of zod, whose copy does not matter. */
export interface Schema<T> {
  safeParse(
    content: unknown,
  ):
    | { readonly success: true; readonly data: T }
    | { readonly success: false; readonly error: { readonly issues: readonly SchemaIssue[] } };
}

interface SchemaIssue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/**
 * What came from outside, a file say, as what it should be.
 * @param damaged - makes the error, of what was found first: `subject.step: Invalid input: expected number, received string`
 * @throws what `damaged` makes
 */
export function parseAs<T>(schema: Schema<T>, content: unknown, damaged: (got: string) => Error): T {
  const parsed = schema.safeParse(content);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  throw damaged(`${path.map(String).join('.') || 'the file'}: ${message}`);
}

/** The same of JSON. @throws what `damaged` makes, also of what is no JSON */
export function parseJsonAs<T>(schema: Schema<T>, text: string, damaged: (got: string) => Error): T {
  return parseAs(schema, parseJson(text, damaged), damaged);
}

/** JSON whose form somebody else checks. @throws what `damaged` makes of what is no JSON */
export function parseJson(text: string, damaged: (got: string) => Error): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw damaged((error as Error).message);
  }
}
