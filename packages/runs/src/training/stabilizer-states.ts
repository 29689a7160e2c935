import type { ComponentChoice, Stabilizer } from '@ganymede/core';

/** States by name; a list, in the order of the config, in checkpoints of older versions. */
export type StabilizerStates = Readonly<Record<string, unknown>> | readonly unknown[];

/** What a stabilizer is called in a checkpoint: a config names each once, or once a network. */
function nameOf({ use, network }: ComponentChoice): string {
  return typeof network === 'string' ? `${use}/${network}` : use;
}

/** @param choices - of the config, in the same order */
export function stabilizerStates(
  choices: readonly ComponentChoice[],
  stabilizers: readonly Stabilizer[],
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(stabilizers.map((one, i) => [nameOf(choices[i]!), one.state]));
}

/**
 * Gives every stabilizer the state that was saved under its name. One that was not there then begins anew, wherever in the
 * list it stands now; the state of one that is gone is left.
 */
export function restoreStabilizers(
  choices: readonly ComponentChoice[],
  stabilizers: readonly Stabilizer[],
  states: StabilizerStates,
): void {
  stabilizers.forEach((stabilizer, i) => {
    const key = Array.isArray(states) ? i : nameOf(choices[i]!);
    if (Object.hasOwn(states, key)) stabilizer.restore((states as Record<string | number, unknown>)[key]);
  });
}
