import type { BackendDescription, GanymedeError } from '@ganymede/core';

/** A backend, and whether it runs here. */
export interface BackendReport {
  readonly id: string;
  readonly summary: string;
  readonly plugin: string;
  /** What it said of itself when it was started; null if it did not start. */
  readonly description: BackendDescription | null;
  /** Why it did not start; null if it did. */
  readonly error: { readonly code: string; readonly message: string; readonly hint: string | null } | null;
}

/** The hint of what the doctor tells more of. */
export const seeDoctor = 'Type: ganymede doctor';

/** An error as a report has it. */
export function errorOf(error: unknown): NonNullable<BackendReport['error']> {
  const { code, hint } = error as Partial<GanymedeError>;
  const { message } = error as Error;
  return { code: code ?? 'UNEXPECTED', message, hint: hint ?? null };
}
