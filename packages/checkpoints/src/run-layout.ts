import { GanymedeError } from '@ganymede/core';
import { join } from 'node:path';

/** Names of what lies in a run folder; every reader and writer takes them from here. */
export const runLayout = {
  config: 'config.json',
  environment: 'environment.json',
  events: 'events.jsonl',
  samples: 'samples',
  checkpoints: 'checkpoints',
  evaluations: 'evaluations',
  analysis: 'analysis',
  profiles: 'profiles',
  rollbacks: 'rollbacks',
  best: 'best.json',
  lock: '.lock',
} as const;

export function checkpointsFolder(runFolder: string): string {
  return join(runFolder, runLayout.checkpoints);
}

/**
 * The name of a checkpoint's folder: the step, padded to eight digits, so that listings sort by step. Steps of more
 * digits are written in full.
 * @throws BAD_STEP
 */
export function stepFolderName(step: number): string {
  if (!Number.isSafeInteger(step) || step < 0)
    throw new GanymedeError('BAD_STEP', `step: expected a non-negative integer, got ${step}`, {
      kind: 'failed',
    });
  return String(step).padStart(8, '0');
}

/** The step of a folder name; undefined if it is not a checkpoint's. */
export function stepOfFolderName(name: string): number | undefined {
  if (!/^\d{8,16}$/.test(name)) return undefined;
  const step = Number(name);
  return Number.isSafeInteger(step) && stepFolderName(step) === name ? step : undefined;
}
