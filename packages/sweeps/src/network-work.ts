import { isGanymedeError, type GanymedeError, type Components, type PluginHost } from '@ganymede/core';
import type { ResolvedConfig } from '@ganymede/config';
import { cellsFailed } from './errors.js';
import { usefulWork, type UsefulWork } from '@ganymede/bench';
import { openBackend, openDataset, type NetworkSpec, strictHint } from '@ganymede/runs';
import type { SweepRun } from './resolve-sweep.js';

/**
 * Opens the data and builds the networks of runs once, so that a path or a size that does not work is told before
 * anything is trained, and counts what a step of them computes. What runs share is done once.
 * @returns by the id of the run
 * @throws what data and networks throw, of all cells in one error that names them
 */
export async function networkWork(
  host: PluginHost,
  runs: readonly SweepRun[],
  tell: (text: string) => void,
): Promise<ReadonlyMap<string, UsefulWork>> {
  const known = new Map<string, Promise<UsefulWork>>();
  const specs = new Map<string, Promise<Omit<NetworkSpec, 'seed'>>>();
  const work = new Map<string, UsefulWork>();
  const failures = new Map<string, { readonly cell: string; readonly error: GanymedeError }>();
  for (const { id, cell, config, plugins } of runs) {
    const dataKey = JSON.stringify(dataOf(config));
    const key = JSON.stringify([config.backend, config.generator, config.discriminator, dataKey]);
    try {
      if (!known.has(key)) tell(`building the networks of ${cell}`);
      const container = await host.open({ plugins });
      const open = (): Promise<Omit<NetworkSpec, 'seed'>> =>
        once(specs, dataKey, () => imageSpec(container, config));
      work.set(id, await once(known, key, () => countWork(container, config, open)));
    } catch (error) {
      if (!isGanymedeError(error)) throw error;
      failures.set(cell, { cell, error });
    }
  }
  if (failures.size > 0) throw cellsFailed([...failures.values()]);
  return work;
}

const dataOf = ({ data, resolution, channels, strictData }: ResolvedConfig): object => ({
  data,
  resolution,
  channels,
  strictData,
});

/** Failures are kept as well: what several cells share fails for all of them. */
function once<T>(made: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const there = made.get(key);
  if (there) return there;
  const making = make();
  made.set(key, making);
  return making;
}

async function imageSpec(container: Components, config: ResolvedConfig): Promise<Omit<NetworkSpec, 'seed'>> {
  const dataset = await openDataset(container, config.data, config, { strictHint });
  try {
    return { imageShape: dataset.imageShape, classes: dataset.classes.length };
  } finally {
    await dataset.close();
  }
}

async function countWork(
  container: Components,
  config: ResolvedConfig,
  open: () => Promise<Omit<NetworkSpec, 'seed'>>,
): Promise<UsefulWork> {
  const spec = await open();
  const { backend } = await openBackend(container, config.backend);
  try {
    return await usefulWork(container, config, { ...spec, seed: config.seed });
  } finally {
    backend.dispose();
  }
}
