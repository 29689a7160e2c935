import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readTorchFile, SafetensorsFile } from '@ganymede/checkpoints';
import type { WeightFile, WeightRequest, WeightSource } from '@ganymede/core';
import { weightsChecksum, weightsMissing } from '../errors.js';

/**
 * Weights of feature extractors as files: from where the user says, or from the cache under their own name. Nothing is
 * downloaded; what is missing is said with where it belongs. Reads torch.save's format and safetensors.
 */
export class FileWeights implements WeightSource {
  /** @param folder - of the cache */
  constructor(private readonly folder: string) {}

  /** @throws WEIGHTS_NOT_FOUND, WEIGHTS_CHECKSUM, and what the readers of the formats throw */
  async read(request: WeightRequest): Promise<WeightFile> {
    const path = request.path ?? join(this.folder, request.file);
    const isThere = await stat(path).then(
      (found) => found.isFile(),
      () => false,
    );
    if (!isThere) throw weightsMissing(request, path);
    const sha256 = await hashFile(path);
    // A file that the user names may be another network of the same layout: the manifest then says so.
    if (request.path === undefined && !sha256.startsWith(request.sha256 ?? ''))
      throw weightsChecksum(request, path, sha256);
    return { path, sha256, ...(await readTensors(path)) };
  }
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
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
