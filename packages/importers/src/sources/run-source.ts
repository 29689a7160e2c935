import { latestCheckpoint, runLayout, type HostTensors } from '@ganymede/checkpoints';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { noCheckpoint, readTrained } from '@ganymede/runs';
import { readRunDocument } from '@ganymede/config';
import { networkOf } from './safetensors-source.js';
import { networkNames, type Moments, type ImportedWeights } from './imported-weights.js';

/** Whether a folder is a run, and not the weights of another code base beside a config.json. */
export function isRunFolder(path: string): boolean {
  return existsSync(join(path, runLayout.config)) && existsSync(join(path, runLayout.checkpoints));
}

/**
 * The newest whole checkpoint of a run.
 * @throws RUN_NOT_FOUND, NO_CHECKPOINT
 */
export async function openRun(run: string): Promise<ImportedWeights> {
  const document = await readRunDocument(run);
  const { checkpoint, skipped } = await latestCheckpoint(run);
  if (!checkpoint) throw noCheckpoint(run, skipped.length);
  const { folder, step } = checkpoint;
  const { tensorFiles, state } = await readTrained(folder);
  const { data, trainer } = state;
  const file = (name: string): HostTensors | undefined => tensorFiles[`${name}.safetensors`];
  const networks = networkNames.flatMap((name) => {
    const tensors = file(name);
    return tensors ? [[name, networkOf(join(folder, `${name}.safetensors`), tensors)] as const] : [];
  });
  const momentsOf = (network: 'generator' | 'discriminator'): Partial<Record<typeof network, Moments>> => {
    const slots = file(`${network}-optimizer`);
    const updates = trainer[`${network}Updates`];
    return slots && updates !== undefined ? { [network]: { updates, slots } } : {};
  };
  return {
    format: 'run',
    document,
    complete: true,
    classes: { count: data.classes.length, names: data.unnamed === true ? null : data.classes },
    step,
    networks: Object.fromEntries(networks),
    moments: {
      ...momentsOf('generator'),
      ...momentsOf('discriminator'),
    },
    extraFiles: {},
    notes: [],
  };
}
