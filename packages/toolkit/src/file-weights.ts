import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readTorchFile } from '@ganymede/torch-files';
import { SafetensorsFile } from '@ganymede/checkpoints';
import { contentHashes, notAFile, unreadableFile } from '@ganymede/files';
import type { Clock, WeightFile, WeightRequest, WeightSource } from '@ganymede/core';
import { weightsChecksum, weightsMissing } from './errors.js';

/**
 * Weights of feature extractors as files: from where the user says, or from the cache under their own name. Nothing is
 * downloaded; what is missing is said with where it belongs. Reads torch.save's format and safetensors.
 */
export class FileWeights implements WeightSource {
  /** @param folder - of the cache */
  constructor(
    private readonly folder: string,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  /** @throws WEIGHTS_NOT_FOUND, WEIGHTS_CHECKSUM, and what the readers of the formats throw */
  async read(request: WeightRequest): Promise<WeightFile> {
    const path = request.path ?? join(this.folder, request.file);
    const about = await stat(path, { bigint: true }).catch(() => null);
    if (about === null) throw weightsMissing(request, path);
    const problem = notAFile(about);
    if (problem !== null) throw unreadableFile(path, problem);
    const [sha256] = await contentHashes([{ path, about }], {
      cacheFolder: this.folder,
      root: path,
      now: () => this.clock.now(),
    });
    // A file that the user names may be another network of the same layout: the manifest then says so.
    if (request.path === undefined && !sha256!.startsWith(request.sha256 ?? ''))
      throw weightsChecksum(request, path, sha256!);
    return { path, sha256: sha256!, ...(await readTensors(path)) };
  }
}

async function readTensors(path: string): Promise<Pick<WeightFile, 'tensors' | 'metadata'>> {
  if (!path.endsWith('.safetensors')) return { tensors: await readTorchFile(path), metadata: {} };
  const file = await SafetensorsFile.open(path);
  try {
    return { tensors: await file.readAll(), metadata: file.metadata };
  } finally {
    await file.close();
  }
}
