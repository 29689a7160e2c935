import { GanymedeError } from '@ganymede/core';
import { longestSigmaRel } from '@ganymede/trainer';

/** Messages of averages after training. */

export const badLength = (flag: string, expected: string, got: number): GanymedeError =>
  new GanymedeError('BAD_AVERAGE_LENGTH', `${flag}: expected ${expected}, got ${got}`, {
    kind: 'usage',
    hint: `sigma_rel is a share of training: 0.05 and 0.1 are usual, ${longestSigmaRel.toFixed(6)} is the mean of all steps.`,
  });

export const noLength = (): GanymedeError =>
  new GanymedeError('BAD_AVERAGE_LENGTH', 'averages: expected a length or several, got none', {
    kind: 'usage',
    hint: 'For example --sigma-rel 0.05,0.1,0.15.',
  });

export const noSnapshots = (run: string, isKept: boolean): GanymedeError =>
  new GanymedeError('NO_EMA_SNAPSHOTS', `${run}: expected snapshots of averages, got none`, {
    kind: 'missing',
    hint: isKept
      ? 'Train it for longer: the first comes after `posthocEma.every` steps, or when the run ends.'
      : 'Only a run that is trained with `posthocEma` keeps them: ganymede train --set posthocEma.every=1000.',
  });

export function noSuchSnapshot(run: string, step: number, known: readonly number[]): GanymedeError {
  const shown = known.slice(-8).join(', ');
  return new GanymedeError(
    'NO_EMA_SNAPSHOTS',
    `${run}: expected a snapshot of step ${step}, got those of ${known.length > 8 ? `..., ${shown}` : shown}`,
    { kind: 'missing', hint: 'An average can end at a snapshot only: take one of these steps.' },
  );
}

export const snapshotDamaged = (reason: string, cause: unknown): GanymedeError =>
  new GanymedeError('EMA_SNAPSHOT_DAMAGED', reason, {
    kind: 'data',
    hint: 'Restore it from a copy, or move its folder away: an average is then rebuilt from the others, less exactly.',
    cause,
  });

export const snapshotsDiffer = (path: string, expected: string, got: string): GanymedeError =>
  new GanymedeError('EMA_SNAPSHOTS_DIFFER', `${path}: expected ${expected}, got ${got}`, {
    kind: 'data',
    hint: 'The snapshot is of another generator than the checkpoints of the run: it does not belong there.',
  });

export const tooFewSnapshots = (sigmaRel: number, snapshots: number, residual: number): GanymedeError =>
  new GanymedeError(
    'TOO_FEW_EMA_SNAPSHOTS',
    `sigma_rel ${sigmaRel.toPrecision(3)}: expected snapshots that add up to its profile within 30 %, got ${snapshots} that miss it by ${(100 * residual).toFixed(0)} %`,
    {
      kind: 'data',
      hint: 'Take a length nearer to those that were tracked, or train with a smaller `posthocEma.every`.',
    },
  );

export const illConditioned = (profiles: number, condition: number): GanymedeError =>
  new GanymedeError(
    'ILL_CONDITIONED',
    `averages: expected ${profiles} profiles that differ, got a matrix of condition ${condition.toPrecision(2)}`,
    {
      kind: 'data',
      hint: 'Snapshots too close to one another say the same: move some away, or track lengths that differ more.',
    },
  );

export const averageExists = (path: string): GanymedeError =>
  new GanymedeError('AVERAGE_EXISTS', `${path}: expected no folder, or the same average, got another`, {
    kind: 'usage',
    hint: 'Remove it, or name another folder with --out.',
  });

export const noneIsANumber = (wanted: string): GanymedeError =>
  new GanymedeError('CANNOT_CHOOSE', `--choose: expected an average whose ${wanted} is a number, got none`, {
    kind: 'usage',
    hint: 'Name another number. The evaluations, with their cautions, are in the folders of the averages.',
  });

export const cannotChoose = (wanted: string, known: readonly string[]): GanymedeError =>
  new GanymedeError('CANNOT_CHOOSE', `--choose: expected one of ${known.join(', ')}, got ${wanted}`, {
    kind: 'usage',
    hint: 'Name the metric that gives it: --metrics <id>; only a number that has a better way can choose.',
  });
