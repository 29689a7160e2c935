import type { EvaluatedNumber, LossOutputs, RunView } from '@ganymede/core';
import type { ProbeEvent } from './probe.js';
import type { SpectrumEvent } from './spectrum.js';

/** What the guard's signals read: all of it is in the events and the config of the run. */
export interface GuardView {
  readonly step: number;
  /** What the phases of the step reported. */
  readonly scalars: RunView['scalars'];
  /** How D's outputs are to be read under the loss. */
  readonly outputs: LossOutputs;
  /** Of all images: the largest Euclidean distance that two images in [-1, 1] can have. */
  readonly diameter: number;
  /** Of `spectrum` and `probe`, at the steps at which they looked. */
  readonly spectrum?: SpectrumEvent['spectrum'];
  readonly probe?: ProbeEvent['probe'];
  /** Where the run was evaluated since the step before. */
  readonly evaluation?: EvaluatedNumber;
}

/** What of a run the guard's signals need. */
export type GuardedRun = Pick<RunView, 'step' | 'scalars' | 'readings' | 'evaluation'> & {
  readonly loss: Pick<RunView['loss'], 'outputs'>;
  readonly generator: Pick<RunView['generator'], 'imageShape'>;
};

export function guardView({ step, scalars, readings, evaluation, loss, generator }: GuardedRun): GuardView {
  const { spectrum, probe } = readings as Partial<SpectrumEvent & ProbeEvent>;
  const { height, width, channels } = generator.imageShape;
  return {
    step,
    scalars,
    outputs: loss.outputs ?? 'logits',
    diameter: 2 * Math.sqrt(height * width * channels),
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
