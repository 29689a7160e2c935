import type { GanymedeError, BackendDescription, Components } from '@ganymede/core';

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

/** Starts every registered backend with its default options and stops it again: what starts, runs. */
export async function inspectBackends(container: Components): Promise<readonly BackendReport[]> {
  const reports: BackendReport[] = [];
  for (const { definition, plugin } of container.list('backend')) {
    const { id, summary } = definition;
    reports.push({ id, summary, plugin, ...(await tryBackend(container, id)) });
  }
  return reports;
}

async function tryBackend(
  container: Components,
  id: string,
): Promise<Pick<BackendReport, 'description' | 'error'>> {
  try {
    const backend = container.resolve('backend', { use: id });
    try {
      return { description: await backend.activate(), error: null };
    } finally {
      backend.dispose();
    }
  } catch (error) {
    const { code, hint } = error as Partial<GanymedeError>;
    const { message } = error as Error;
    return { description: null, error: { code: code ?? 'UNEXPECTED', message, hint: hint ?? null } };
  }
}
