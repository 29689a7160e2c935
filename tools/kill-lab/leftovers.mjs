import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';

const require = createRequire(new URL('../../packages/toolkit/package.json', import.meta.url));
const { isTemporaryName } = require('@ganymede/files');
const { latestCheckpoint, readCheckpoint, readEvents } = require('@ganymede/checkpoints');

/** Paths below a folder of what only an interrupted process leaves. @param {string} folder */
export function temporariesIn(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => {
    const name = basename(path);
    return isTemporaryName(name) || /^\.(writing|replaced|removing)-/.test(name);
  });
}

/**
 * What is wrong with a run that was killed, before anything mends it; null for nothing.
 * @param {string} run - its folder
 * @param {number} promised - the newest step that the program said was saved, or -1
 * @returns {Promise<string | null>}
 */
export async function wrongWithRun(run, promised) {
  if (!existsSync(join(run, 'config.json'))) return promised < 0 ? null : 'the run is gone';
  const { checkpoint, skipped } = await latestCheckpoint(run);
  const [damaged] = skipped;
  if (damaged) return `a damaged checkpoint: ${damaged.reason}`;
  const step = checkpoint?.step ?? -1;
  if (step < promised) return `checkpoint ${promised} was promised, ${step} is there`;
  if (checkpoint) await readCheckpoint(checkpoint.folder);
  const { events, damagedLines } = await readEvents(join(run, 'events.jsonl'));
  const last = events.length + 1;
  return damagedLines.every((line) => line === last) ? null : 'damaged events before the last line';
}

/** Hashes of what decides how the newest checkpoint of a run goes on. @param {string} run - its folder */
export async function contentOfRun(run) {
  const { checkpoint } = await latestCheckpoint(run);
  if (!checkpoint) throw new Error(`${run}: expected a checkpoint, got none`);
  return contentOf(checkpoint.folder);
}

/**
 * Hashes of the files in a folder.
 * @param {string} folder
 * @param {RegExp} [pattern] - names; what decides how a run goes on, by default
 */
export function contentOf(folder, pattern = /\.safetensors$|^state\.json$/) {
  const hash = (/** @type {string} */ file) =>
    createHash('sha256')
      .update(readFileSync(join(folder, file)))
      .digest('hex');
  const files = readdirSync(folder).filter((file) => pattern.test(file));
  return JSON.stringify(files.sort().map((file) => [file, hash(file)]));
}
