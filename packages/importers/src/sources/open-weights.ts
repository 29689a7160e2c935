import { isBigGanPyTorchFlags } from '../layouts/biggan-flags.js';
import { isPretrainedBigGanDeepConfig } from '../layouts/pretrained-biggan-deep.js';
import { unknownWeightsConfig } from '../errors.js';
import { openBigGanPyTorch } from './biggan-pytorch-source.js';
import { findFiles } from './find-files.js';
import { exportedGeneratorAt, openGeneratorFiles } from './generator-files-source.js';
import { isR3GanPickle, openR3Gan } from './r3gan-source.js';
import { openPretrainedDeep } from './pretrained-deep-source.js';
import { isRunFolder, openRun } from './run-source.js';
import { isRunConfig, openExported } from './safetensors-source.js';
import type { ImportedWeights } from './imported-weights.js';

/**
 * Reads weights of whatever layout: a run, an export of this toolkit, BigGAN-PyTorch's files, the released BigGAN-deep, R3GAN's snapshots. A
 * `.pkl` is one of the last; of others what lies beside them as `config.json` decides, and without one they are
 * BigGAN-PyTorch's.
 *
 * @param paths - files and folders that belong together
 * @throws WEIGHTS_NOT_FOUND, CANNOT_IMPORT, NO_GENERATOR, BAD_WEIGHTS_CONFIG, and as the layouts' own readers
 */
export async function openWeights(paths: readonly string[]): Promise<ImportedWeights> {
  if (paths.length === 1 && isRunFolder(paths[0]!)) return openRun(paths[0]!);
  const generator = paths.length === 1 ? await exportedGeneratorAt(paths[0]!) : null;
  if (generator !== null) return openGeneratorFiles(generator);
  const found = await findFiles(paths);
  if (isR3GanPickle(found)) return openR3Gan(found);
  const json = found.config?.json;
  if (json === undefined || isBigGanPyTorchFlags(json)) return openBigGanPyTorch(found);
  if (isPretrainedBigGanDeepConfig(json)) return openPretrainedDeep(found);
  if (isRunConfig(json)) return openExported(found);
  throw unknownWeightsConfig(found.config!.path);
}
