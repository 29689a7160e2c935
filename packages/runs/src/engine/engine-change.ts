import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runLayout } from '@ganymede/checkpoints';
import type { BackendDescription } from '@ganymede/core';

/** What a run computes on and with. */
export interface Engine {
  /** `tensorflow`, `pjrt`. */
  readonly name: string;
  readonly library: string;
  readonly device: string;
  readonly precision: string;
}

export interface EngineChange {
  readonly from: Engine;
  readonly to: Engine;
}

const wordsOf = ({ library, device, precision }: Engine): string => `${library} on ${device} in ${precision}`;

/** In words, for people. */
export const engineChangeText = ({ from, to }: EngineChange): string =>
  `the run goes on on ${wordsOf(to)}; so far it ran on ${wordsOf(from)}. Its numbers differ by rounding from those it would have had`;

/**
 * Whether a run that goes on computes on another engine than before, by its `environment.json`; null if not, or where that
 * file does not say.
 */
export async function engineChange(
  runFolder: string,
  { name, library, device }: BackendDescription,
  precision: string,
): Promise<EngineChange | null> {
  const to = { name, library, device, precision };
  const from = await readEngine(join(runFolder, runLayout.environment));
  if (!from) return null;
  const same = (Object.keys(to) as (keyof Engine)[]).every((key) => from[key] === to[key]);
  return same ? null : { from, to };
}

async function readEngine(path: string): Promise<Engine | null> {
  try {
    const { backend, precision } = JSON.parse(await readFile(path, 'utf8')) as {
      readonly backend: Partial<Engine>;
      readonly precision: unknown;
    };
    const engine = { name: backend.name, library: backend.library, device: backend.device, precision };
    return Object.values(engine).every((value) => typeof value === 'string') ? (engine as Engine) : null;
  } catch {
    // It is for people, and a run goes on without it.
    return null;
  }
}
