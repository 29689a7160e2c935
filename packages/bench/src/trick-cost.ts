import { upperMedian } from '@ganymede/core';
import type { ResolvedConfig } from '@ganymede/config';
import { openParts, runParts, type OpenPartsOptions, type TrainingSession } from '@ganymede/runs';
import type { Trainer } from '@ganymede/trainer';

/** What an augmentation, a penalty or an objective costs: a step of the whole config beside one of the config without it. */
export interface TrickCost {
  readonly slot: 'augmentation' | 'regularizer' | 'objective';
  readonly use: string;
  /** 1 - time without it / time with it: what two tricks share is in neither, and one that costs nothing is near 0 on either side. */
  readonly shareOfStep: number;
}

interface Trick extends Pick<TrickCost, 'slot' | 'use'> {
  /** Steps from one of its appearances to the next. */
  readonly interval: number;
  /** The config without it. */
  readonly rest: ResolvedConfig;
}

function tricksOf({ config, recipe }: TrainingSession): Trick[] {
  const { augmentation, regularizers, objectives } = config;
  const others = <T>(all: readonly T[], index: number): T[] => all.filter((_, i) => i !== index);
  const trick = (slot: Trick['slot'], use: string, rest: Partial<ResolvedConfig>, interval = 1): Trick => ({
    slot,
    use,
    interval,
    rest: { ...config, ...rest },
  });
  return [
    ...(augmentation ? [trick('augmentation', augmentation.use, { augmentation: null })] : []),
    ...regularizers.map(({ use }, i) =>
      trick('regularizer', use, { regularizers: others(regularizers, i) }, recipe.regularizers[i]!.interval),
    ),
    ...objectives.map(({ use }, i) => trick('objective', use, { objectives: others(objectives, i) })),
  ];
}

export interface TrickCostOptions extends Pick<OpenPartsOptions, 'components' | 'cacheFolder'> {
  /** Its engine computes the steps of all configs. */
  readonly run: NonNullable<OpenPartsOptions['run']>;
  readonly session: TrainingSession;
  /** Steps that are measured of each config, or more, so that each appears. */
  readonly steps: number;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
  readonly tell: (text: string) => void;
}

/** Leaves each trick out in turn. Steps with and without it take turns, so that a machine whose speed drifts slows both. */
export async function trickCosts(options: TrickCostOptions): Promise<TrickCost[]> {
  const { session, steps, now, tell, run, components, cacheFolder } = options;
  const tricks = tricksOf(session);
  const secondsOf = async (trainer: Trainer, count: number): Promise<number> => {
    const start = now();
    for (let step = 0; step < count; step++) await trainer.advance();
    return (now() - start) / 1000;
  };
  // What comes at an interval is compiled when it first comes.
  const warmUp = Math.max(2, ...tricks.map(({ interval }) => interval));
  if (tricks.length > 0) await secondsOf(session.trainer, warmUp);
  const costs: TrickCost[] = [];
  for (const { slot, use, interval, rest } of tricks) {
    tell(`steps without ${use}`);
    const parts = openParts({ components, config: rest, cacheFolder, run });
    try {
      const { trainer } = await parts.get(runParts.session);
      await secondsOf(trainer, warmUp);
      const shares: number[] = [];
      for (let measured = 0; measured < steps; measured += interval) {
        const without = await secondsOf(trainer, interval);
        shares.push(1 - without / (await secondsOf(session.trainer, interval)));
      }
      costs.push({ slot, use, shareOfStep: upperMedian(shares) });
    } finally {
      await parts.dispose();
    }
  }
  return costs;
}
