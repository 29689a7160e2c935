import { clamp, collapseGuard, nonFinite, probe, spectrum } from '@ganymede/stabilizers';
import { stringify } from 'yaml';
import { z } from 'zod';
import type { RunSeries } from './run-series.js';

/** What of a run is recorded by what: the kinds of panels that may stay empty. */
export type RecordedKind = 'spectra' | 'outputs' | 'variety' | 'steps';

/** Why there is nothing of a kind, and what to write to have it. */
export interface NotRecorded {
  readonly reason: string;
  /** Lines of a config file; null where the config has what is needed. */
  readonly config: string | null;
  /** The same as a flag of `train`. */
  readonly flag: string | null;
}

/** Configs of runs of other versions may lack what is read here: then it was not switched on. */
const readConfig = z.object({
  stabilizers: z.array(z.looseObject({ use: z.string() })).catch([]),
  log: z.object({ every: z.number() }).catch({ every: 10 }),
});

const watching = ['spectrum', 'probe', 'collapse-guard'];

type Reference = z.output<typeof readConfig>['stabilizers'][number];

const defaultsOf: ReadonlyMap<string, Readonly<Record<string, unknown>>> = new Map(
  [nonFinite, spectrum, probe, collapseGuard, clamp].map(({ id, options }) => [id, options.parse({})]),
);

/** As short as a person writes it: without options that have their defaults, the id alone where none are left. */
function short({ use, ...options }: Reference): unknown {
  const own = Object.entries(options).filter(([name, value]) => defaultsOf.get(use)?.[name] !== value);
  return own.length === 0 ? use : { use, ...Object.fromEntries(own) };
}

/** For a POSIX shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/**
 * What to say where a run has recorded nothing of a kind.
 * @param config - the run's, as its folder has it
 * @param lastStep - of its events; null of none
 */
export function notRecorded(config: unknown, lastStep: number | null): Record<RecordedKind, NotRecorded> {
  const { stabilizers, log } = readConfig.catch({ stabilizers: [], log: { every: 10 } }).parse(config ?? {});
  const at = lastStep ?? 0;
  const missing = watching.filter((use) => stabilizers.every((one) => one.use !== use));
  const all = [...stabilizers.map(short), ...missing];
  const by = (use: string, other?: string): NotRecorded => {
    const found = stabilizers.find((one) => one.use === use);
    if (!found)
      return {
        reason: `Not on in this run's config: ${missing.join(', ')}. A new run has them with:`,
        config: stringify({ stabilizers: all }, { collectionStyle: 'flow', lineWidth: 0 })
          .trim()
          .replace(/^\{ | \}$/g, ''),
        flag: `--set ${quoted(`stabilizers=${JSON.stringify(all)}`)}`,
      };
    const every = Number(found['interval'] ?? 50);
    if (at < every) return waiting(`The stabilizer ${use} looks every ${every} steps`, at);
    return { reason: other ?? `The stabilizer ${use} was on and reported none.`, config: null, flag: null };
  };
  return {
    spectra: by('spectrum'),
    outputs: by('probe'),
    variety: by('probe', 'No class of the data has as many images as the option perClass of probe.'),
    steps: waiting(`Losses and norms are written every ${log.every} steps`, at),
  };
}

function waiting(what: string, at: number): NotRecorded {
  return { reason: `${what}; the run's last event is of step ${at}.`, config: null, flag: null };
}

/** What there is nothing of in a run, each thing that is to be said once. */
export function missingOf(
  { spectrum, probe, scalars }: RunSeries,
  all: Readonly<Record<RecordedKind, NotRecorded>>,
): NotRecorded[] {
  const isThere: Readonly<Record<RecordedKind, boolean>> = {
    spectra: Object.keys(spectrum).length > 0,
    outputs: 'logitReal' in probe,
    variety: 'spread' in probe,
    steps: 'G.loss' in scalars,
  };
  const kinds = (Object.keys(isThere) as RecordedKind[]).filter((kind) => !isThere[kind]);
  return [...new Map(kinds.map((kind) => [all[kind].reason, all[kind]])).values()];
}
