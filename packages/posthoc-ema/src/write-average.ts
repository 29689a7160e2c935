import { checkpointsFolder, readCheckpoint, RunFolder, stepFolderName } from '@ganymede/checkpoints';
import type { ResolvedConfig } from '@ganymede/config';
import { writeFileSafely, writeFolderSafely } from '@ganymede/files';
import type { TrainedState } from '@ganymede/runs';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { averageExists } from './errors.js';
import {
  averageManifestName,
  manifestOf,
  readAverageManifest,
  type AverageManifest,
} from './average-manifest.js';
import type { RebuiltAverage } from './rebuild.js';

/** What a run tells of itself, which goes with its averages. */
export interface Origin {
  /** Name of the run. */
  readonly name: string;
  readonly config: ResolvedConfig;
  readonly environment: unknown;
  readonly data: TrainedState['data'];
}

/**
 * Writes an average as a run of its own, whole or not at all: the config, and one checkpoint whose moving average it is.
 * So every command that takes a run takes it; without a discriminator it cannot be trained on. The same average that is
 * there already stays.
 * @throws AVERAGE_EXISTS, DISK_FULL, CANNOT_WRITE
 */
export async function writeAverage(
  folder: string,
  { name, config, environment, data }: Origin,
  average: RebuiltAverage,
): Promise<AverageManifest> {
  const manifest = manifestOf(name, average);
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  if (existsSync(folder)) {
    if (await isThere(folder, manifest, average)) return manifest;
    throw averageExists(folder);
  }
  const own: ResolvedConfig = {
    ...config,
    name: basename(folder),
    // Where the run has no moving average, its checkpoints have no file of one, and this one has.
    ema: config.ema ?? { decay: 0.9999, start: 0, halfLife: null },
    // It keeps no snapshots of its own.
    posthocEma: null,
  };
  await writeFolderSafely(folder, async (temporary) => {
    const run = await RunFolder.create(temporary, { config: own, environment });
    try {
      await run.writeCheckpoint(average.step, {
        tensorFiles: { [tensorFile]: average.tensors },
        state: { trainer: { step: average.step }, data } satisfies TrainedState,
      });
      await writeFileSafely(join(temporary, averageManifestName), text);
    } finally {
      await run.close();
    }
  });
  return manifest;
}

const tensorFile = 'ema.safetensors';

/** Whether a folder holds this very average: a manifest tells of snapshots, and a run that went back makes others in their place. */
async function isThere(
  folder: string,
  manifest: AverageManifest,
  { step, tensors }: RebuiltAverage,
): Promise<boolean> {
  if (JSON.stringify(await readAverageManifest(folder)) !== JSON.stringify(manifest)) return false;
  const { tensorFiles } = await readCheckpoint(join(checkpointsFolder(folder), stepFolderName(step)), [
    tensorFile,
  ]);
  return Object.entries(tensors).every(([name, { data }]) => {
    const own = tensorFiles[tensorFile]![name]?.data as Float32Array | undefined;
    return own?.length === data.length && own.every((value, i) => Object.is(value, data[i]));
  });
}
