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
  /** The config without it. */
  readonly rest: ResolvedConfig;
}

function tricksOf(config: ResolvedConfig): Trick[] {
  const { augmentation, regularizers, objectives } = config;
  const others = <T>(all: readonly T[], index: number): T[] => all.filter((_, i) => i !== index);
  const trick = (slot: Trick['slot'], use: string, rest: Partial<ResolvedConfig>): Trick => ({
    slot,
    use,
    rest: { ...config, ...rest },
  });
  return [
    ...(augmentation ? [trick('augmentation', augmentation.use, { augmentation: null })] : []),
    ...regularizers.map(({ use }, i) => trick('regularizer', use, { regularizers: others(regularizers, i) })),
    ...objectives.map(({ use }, i) => trick('objective', use, { objectives: others(objectives, i) })),
  ];
}

/** Steps after which penalties that come at intervals have all come round together: fewer would count one of them too much or too little. */
function stepsOfRound(intervals: readonly number[]): number {
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  return intervals.reduce((round, interval) => (round * interval) / divisor(round, interval), 1);
}

export interface TrickCostOptions extends Pick<OpenPartsOptions, 'components' | 'cacheFolder'> {
  /** Its engine computes the steps of all configs. */
  readonly run: NonNullable<OpenPartsOptions['run']>;
  readonly session: TrainingSession;
  /** Steps that are measured of each config, or more, so that every penalty comes as often as it should. */
  readonly steps: number;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
  readonly tell: (text: string) => void;
}

/** Leaves each trick out in turn. Steps with and without it take turns, so that a machine whose speed drifts slows both. */
export async function trickCosts(options: TrickCostOptions): Promise<TrickCost[]> {
  const { session, steps, now, tell, run, components, cacheFolder } = options;
  const tricks = tricksOf(session.config);
  const intervals = session.recipe.regularizers.map(({ interval }) => interval);
  const round = stepsOfRound(intervals);
  const secondsOf = async (trainer: Trainer, count: number): Promise<number> => {
    const start = now();
    for (let step = 0; step < count; step++) await trainer.advance();
    return (now() - start) / 1000;
  };
  // What comes at an interval is compiled when it first comes.
  const warmUp = Math.max(2, ...intervals);
  if (tricks.length > 0) await secondsOf(session.trainer, warmUp);
  const costs: TrickCost[] = [];
  for (const { slot, use, rest } of tricks) {
    tell(`steps without ${use}`);
    const parts = openParts({ components, config: rest, cacheFolder, run });
    try {
      const { trainer } = await parts.get(runParts.session);
      await secondsOf(trainer, warmUp);
      const shares: number[] = [];
      for (let measured = 0; measured < steps; measured += round) {
        const without = await secondsOf(trainer, round);
        shares.push(1 - without / (await secondsOf(session.trainer, round)));
      }
      costs.push({ slot, use, shareOfStep: upperMedian(shares) });
    } finally {
      await parts.dispose();
    }
  }
  return costs;
}
