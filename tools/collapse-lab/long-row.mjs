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
 * @param {string} from - folder of a run
 * @param {string} to - folder of the new one; left alone if it is there
 * @param {import('./other-kinds.mjs').LongRow} change
 */
export async function writeRunWithLongRow(from, to, { network, weight, name, factor }) {
  if (existsSync(to)) return;
  const step = (await checkpointSteps(from)).at(-1);
  if (step === undefined) throw new Error(`${from}: expected a checkpoint, got none`);
  const { tensorFiles, state } = await readCheckpoint(join(from, 'checkpoints', stepFolderName(step)));
  const tensor = tensorFiles[`${network}.safetensors`]?.[weight];
  if (tensor?.dtype !== 'F32')
    throw new Error(`${from}: expected ${weight} as float32, got ${tensor?.dtype}`);
  const { data, shape } = tensor;
  const width = shape[1] ?? NaN;
  const row = shapeNames.indexOf(name);
  const values = data.subarray(row * width, (row + 1) * width);
  values.set(values.map((value) => value * factor));
  const partial = `${to}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  for (const file of ['config.json', 'environment.json'])
    if (existsSync(join(from, file))) cpSync(join(from, file), join(partial, file));
  await writeCheckpoint(partial, step, { tensorFiles, state });
  renameSync(partial, to);
}
