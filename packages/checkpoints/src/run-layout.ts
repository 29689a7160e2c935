import { GanymedeError } from '@ganymede/core';
import { join } from 'node:path';

/** Names of what lies in a run folder; every reader and writer takes them from here. */
export const runLayout = {
  config: 'config.json',
  environment: 'environment.json',
  events: 'events.jsonl',
  samples: 'samples',
  checkpoints: 'checkpoints',
  emaSnapshots: 'ema-snapshots',
  averages: 'averages',
  evaluations: 'evaluations',
  analysis: 'analysis',
  profiles: 'profiles',
  rollbacks: 'rollbacks',
  best: 'best.json',
  checkpointRequest: '.checkpoint-request',
  lock: '.lock',
} as const;

/** Folders of a run that hold a folder of tensors for a step, each whole or not there. */
export type StepsFolder = typeof runLayout.checkpoints | typeof runLayout.emaSnapshots;

export function checkpointsFolder(runFolder: string, of: StepsFolder = runLayout.checkpoints): string {
  return join(runFolder, of);
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
