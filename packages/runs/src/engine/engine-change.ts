import { readRunEnvironment } from '@ganymede/checkpoints';
import type { BackendDescription } from '@ganymede/core';
import { parseEnvironment } from './recorded-environment.js';

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
  `the run continues on ${wordsOf(to)}; until now it ran on ${wordsOf(from)}. From here on its numbers differ by rounding`;

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
  const { backend, precision: before } = parseEnvironment(await readRunEnvironment(runFolder));
  if (!backend || before === undefined) return null;
  const from = { ...backend, precision: before };
  const same = (Object.keys(to) as (keyof Engine)[]).every((key) => from[key] === to[key]);
  return same ? null : { from, to };
}
