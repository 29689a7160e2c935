import type { Components } from '@ganymede/core';
import { machine, refusalOfPjrt, type AcceleratorSources } from './accelerators.js';
import { errorOf, type BackendReport } from './backend-report.js';

/**
 * Starts every registered backend with its default options and stops it again: what starts, runs. That of pjrt is
 * started in a process of its own before.
 */
export async function inspectBackends(
  container: Components,
  sources: AcceleratorSources = machine(),
): Promise<readonly BackendReport[]> {
  const reports: BackendReport[] = [];
  for (const { definition, plugin } of container.list('backend')) {
    const { id, summary } = definition;
    const refusal = id === 'pjrt' ? await refusalOfPjrt(sources) : null;
    const result = refusal === null ? await tryBackend(container, id) : { description: null, error: refusal };
    reports.push({ id, summary, plugin, ...result });
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
    return { description: null, error: errorOf(error) };
  }
}
