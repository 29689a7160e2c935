import { recordOf, type TrainingEvent } from '@ganymede/core';

/** A number over steps; null where it was NaN or infinite, as JSON has neither. */
export interface Series {
  readonly steps: number[];
  readonly values: (number | null)[];
}

/** What was said of a run, and when. */
export interface Evidence {
  readonly step: number;
  /** `warn`, `cut`, `stop`, `rollback`: what the stabilizer did. */
  readonly kind: string;
  readonly text: string;
}

/** The events of a run as series, by what they are of. */
export interface RunSeries {
  /** Losses, logits, norms over all weights, images a second: what every step reports. */
  readonly scalars: Record<string, Series>;
  /** By network, weight and place: sigma_0, sigma_1, sigma_2. */
  readonly spectrum: Record<string, Record<string, [Series, Series, Series]>>;
  /** By network and weight. */
  readonly weightNorms: Record<string, Record<string, Series>>;
  readonly gradientNorms: Record<string, Record<string, Series>>;
  readonly updateNorms: Record<string, Record<string, Series>>;
  /** D's outputs on fixed images, and the variety of samples. */
  readonly probe: Record<string, Series>;
  readonly evidence: Evidence[];
  readonly rollbacks: { readonly number: number; readonly from: number; readonly to: number }[];
}

const empty = (): Series => ({ steps: [], values: [] });

/** The event log writes what JSON lacks as text. */
function numberOf(value: unknown): number | null | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  return value === 'NaN' || value === 'Infinity' || value === '-Infinity' ? null : undefined;
}

function add(to: Record<string, Series>, name: string, step: number, value: unknown): void {
  const number = numberOf(value);
  if (number === undefined) return;
  const series = (to[name] ??= empty());
  series.steps.push(step);
  series.values.push(number);
}

const entriesOf = (value: unknown): [string, unknown][] =>
  typeof value === 'object' && value !== null ? Object.entries(value) : [];

function addByNetwork(to: Record<string, Record<string, Series>>, step: number, norms: unknown): void {
  for (const [network, weights] of entriesOf(norms))
    for (const [name, value] of entriesOf(weights)) add((to[network] ??= recordOf()), name, step, value);
}

/** Events that are no scalars of a step. */
const notScalars = new Set(['step', 'spectrum', 'weightNorms', 'gradientNorms', 'updateNorms', 'probe']);

/** @param events - in the order of the log */
export function seriesOf(events: readonly TrainingEvent[]): RunSeries {
  const found: RunSeries = {
    scalars: recordOf(),
    spectrum: recordOf(),
    weightNorms: recordOf(),
    gradientNorms: recordOf(),
    updateNorms: recordOf(),
    probe: recordOf(),
    evidence: [],
    rollbacks: [],
  };
  for (const event of events) {
    const { step } = event;
    for (const [network, weights] of entriesOf(event['spectrum'])) {
      const ofNetwork = (found.spectrum[network] ??= recordOf());
      for (const [name, values] of entriesOf(weights)) {
        const places = (ofNetwork[name] ??= [empty(), empty(), empty()]);
        places.forEach((series, place) => {
          const value = numberOf((values as unknown[])[place]);
          series.steps.push(step);
          series.values.push(value ?? null);
        });
      }
    }
    addByNetwork(found.weightNorms, step, event['weightNorms']);
    addByNetwork(found.gradientNorms, step, event['gradientNorms']);
    addByNetwork(found.updateNorms, step, event['updateNorms']);
    for (const [name, value] of entriesOf(event['probe'])) add(found.probe, name, step, value);
    if (typeof event['evidence'] === 'string')
      found.evidence.push({ step, kind: String(event['stabilizer']), text: event['evidence'] });
    const rollback = event['rollback'] as RunSeries['rollbacks'][number] | undefined;
    if (rollback) found.rollbacks.push({ number: rollback.number, from: rollback.from, to: rollback.to });
    for (const [name, value] of Object.entries(event))
      if (!notScalars.has(name)) add(found.scalars, name, step, value);
  }
  return found;
}
