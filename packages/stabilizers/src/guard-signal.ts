import type { EvaluatedNumber, RunView } from '@ganymede/core';
import type { ProbeEvent } from './probe.js';
import type { SpectrumEvent } from './spectrum.js';

/** What the guard's signals read: all of it is in the events of the run. */
export interface GuardView {
  readonly step: number;
  /** What the phases of the step reported. */
  readonly scalars: Readonly<Record<string, number>>;
  /** Of `spectrum` and `probe`, at the steps at which they looked. */
  readonly spectrum?: SpectrumEvent['spectrum'];
  readonly probe?: ProbeEvent['probe'];
  /** Where the run was evaluated since the step before. */
  readonly evaluation?: EvaluatedNumber;
}

export function guardView({
  step,
  scalars,
  readings,
  evaluation,
}: Pick<RunView, 'step' | 'scalars' | 'readings' | 'evaluation'>): GuardView {
  const { spectrum, probe } = readings as Partial<SpectrumEvent & ProbeEvent>;
  return {
    step,
    scalars,
    ...(spectrum && { spectrum }),
    ...(probe && { probe }),
    ...(evaluation && { evaluation }),
  };
}

/** One way in which collapse shows. */
export interface GuardSignal {
  /** @returns what is wrong, in plain words and with numbers; null where nothing is */
  look(view: GuardView): string | null;
  /** JSON-able. */
  readonly state: unknown;
  restore(state: unknown): void;
}

/** Four digits, for sentences. */
export const shown = (value: number): string => String(Number(value.toPrecision(4)));
