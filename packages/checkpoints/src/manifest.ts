import { GanymedeError, parseAs, parseJson } from '@ganymede/core';
import { isErrno, type WrittenFile } from '@ganymede/files';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

export const manifestName = 'manifest.json';
export const stateName = 'state.json';

/** Raised when a reader of today could not read a checkpoint of tomorrow. */
const checkpointFormat = 1;

const manifestSchema = z.strictObject({
  format: z.number().int().positive(),
  step: z.number().int().nonnegative(),
  files: z.record(
    z.string(),
    z.strictObject({
      size: z.number().int().nonnegative(),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
});

/** Size and SHA-256 of every file of a checkpoint, `state.json` included. */
export type Manifest = Readonly<z.output<typeof manifestSchema>>;

export function checkpointDamaged(
  file: string,
  expected: string,
  got: string,
  cause?: unknown,
): GanymedeError {
  return new GanymedeError('CHECKPOINT_DAMAGED', `${file}: expected ${expected}, got ${got}`, {
    kind: 'data',
    hint: 'Resume from an older checkpoint of the run, or copy this one again from an undamaged copy.',
    cause,
  });
}

export function serializeManifest(step: number, files: Readonly<Record<string, WrittenFile>>): string {
  return `${JSON.stringify({ format: checkpointFormat, step, files }, null, 2)}\n`;
}

/**
 * Reads a manifest. A manifest that is not byte for byte what `serializeManifest` writes counts as damaged: so one
 * flipped bit anywhere in it is found without a checksum of the checksums.
 * @throws CHECKPOINT_DAMAGED, CHECKPOINT_TOO_NEW
 */
export async function readManifest(folder: string): Promise<Manifest> {
  const path = join(folder, manifestName);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (isErrno(error, 'ENOENT', 'ENOTDIR'))
      throw checkpointDamaged(path, 'a manifest', 'no such file', error);
    throw error;
  });
  const parsed = parseJson(text, (got) => checkpointDamaged(path, 'JSON', got));
  const format = (parsed as { format?: unknown } | null)?.format;
  if (typeof format === 'number' && Number.isInteger(format) && format > checkpointFormat) {
    throw new GanymedeError(
      'CHECKPOINT_TOO_NEW',
      `${path}: expected format ${checkpointFormat} at most, got ${format}`,
      {
        kind: 'data',
        hint: 'A newer version of the toolkit wrote this checkpoint; read it with that version.',
      },
    );
  }
  const manifest = parseAs(manifestSchema, parsed, (got) => checkpointDamaged(path, 'a manifest', got));
  if (serializeManifest(manifest.step, manifest.files) !== text)
    throw checkpointDamaged(path, 'the text that was written', 'a changed one');
  if (!Object.hasOwn(manifest.files, stateName))
    throw checkpointDamaged(path, `an entry for ${stateName}`, Object.keys(manifest.files).join(', '));
  return manifest;
}

/**
 * Compares every file of a checkpoint with its manifest.
 * @throws CHECKPOINT_DAMAGED naming the file, what was expected and what was found
 */
export async function verifyFiles(folder: string, manifest: Manifest): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name !== manifestName && !Object.hasOwn(manifest.files, name))
      throw checkpointDamaged(join(folder, name), 'no file that the manifest does not list', 'one');
  }
  // Sizes first: a truncated file is found without reading the others.
  for (const [name, { size }] of Object.entries(manifest.files)) {
    const path = join(folder, name);
    const found = await stat(path).catch((error: unknown) => {
      if (isErrno(error, 'ENOENT')) throw checkpointDamaged(path, `${size} bytes`, 'no such file', error);
      throw error;
    });
    if (found.size !== size) throw checkpointDamaged(path, `${size} bytes`, `${found.size} bytes`);
  }
  for (const [name, { sha256 }] of Object.entries(manifest.files)) {
    const path = join(folder, name);
    const found = await sha256OfFile(path);
    if (found !== sha256) throw checkpointDamaged(path, `SHA-256 ${sha256}`, found);
  }
}

async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path, { highWaterMark: 4 * 1024 * 1024 }))
    hash.update(piece as Uint8Array);
  return hash.digest('hex');
}
