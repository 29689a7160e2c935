/**
 * A run whose weights are those of another but for one class: its row of an embedding is so many times as long, as rows become
 * that an optimizer moves too far while their class is rare. What goes on from it has one broken class.
 */
import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { shapeNames } from './factor-diversity.mjs';

const require = createRequire(new URL('../../packages/toolkit/package.json', import.meta.url));
const { checkpointSteps, readCheckpoint, stepFolderName, writeCheckpoint } = require('@ganymede/checkpoints');

/**
 * @param from - folder of a run
 * @param to - folder of the new one; left alone if it is there
 * @param change - name of a file of the checkpoint without its end, of a weight [classes, width] in it, of a class, and the factor
 */
export async function writeRunWithLongRow(from, to, { network, weight, name, factor }) {
  if (existsSync(to)) return;
  const step = (await checkpointSteps(from)).at(-1);
  const { tensorFiles, state } = await readCheckpoint(join(from, 'checkpoints', stepFolderName(step)));
  const { data, shape } = tensorFiles[`${network}.safetensors`][weight];
  const row = shapeNames.indexOf(name);
  for (let i = row * shape[1]; i < (row + 1) * shape[1]; i++) data[i] *= factor;
  const partial = `${to}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  for (const file of ['config.json', 'environment.json'])
    if (existsSync(join(from, file))) cpSync(join(from, file), join(partial, file));
  await writeCheckpoint(partial, step, { tensorFiles, state });
  renameSync(partial, to);
}
