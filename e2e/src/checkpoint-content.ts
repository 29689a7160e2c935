import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Hashes of everything in a checkpoint that decides how the run goes on: weights, moments, averages, and the state of
 * random streams and data order. Two runs with equal hashes are the same run.
 */
export function checkpointContent(folder: string): Readonly<Record<string, string>> {
  const files = readdirSync(folder).filter((file) => file.endsWith('.safetensors') || file === 'state.json');
  if (!files.includes('generator.safetensors') || !files.includes('state.json')) {
    throw new Error(`${folder}: expected generator.safetensors and state.json, got ${files.join(', ')}`);
  }
  return Object.fromEntries(
    files.sort().map((file) => [
      file,
      createHash('sha256')
        .update(readFileSync(join(folder, file)))
        .digest('hex'),
    ]),
  );
}
