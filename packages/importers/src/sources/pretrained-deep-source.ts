import { bigganPyTorchFormat, importBigGanPyTorch } from '../layouts/biggan-pytorch.js';
import {
  convertPretrainedBigGanDeep,
  parsePretrainedBigGanDeepConfig,
  pretrainedBigGanDeepStatistics,
  type PretrainedBigGanDeepConfig,
} from '../layouts/pretrained-biggan-deep.js';
import { convertWeights } from '../layouts/convert-weights.js';
import { readSafetensors } from '@ganymede/checkpoints';
import { readTorchFile } from '@ganymede/torch-files';
import { classesDiffer, notWeights } from '../errors.js';
import type { ConfigDocument } from '@ganymede/config';
import type { FoundFiles } from './find-files.js';
import { truncationStatisticsFile } from '@ganymede/runs';
import type { ImportedWeights } from './imported-weights.js';

/** Number of blocks to pixels a side. */
const resolutions: Readonly<Record<number, number>> = { 8: 64, 10: 128, 12: 256, 14: 512 };

/**
 * BigGAN-deep's released weights: `config.json` and `pytorch_model.bin`. The generator has no spectral norm, since the
 * weights come divided by fixed singular values. Its running statistics are those of truncation 1; those of all
 * truncations go with the checkpoint, and sampling with convention `scaled` takes the ones of its threshold.
 *
 * @throws BAD_WEIGHTS_CONFIG, WEIGHTS_MISMATCH, CLASSES_DIFFER, and as the readers of the files
 */
export async function openPretrainedDeep({ config, files }: FoundFiles): Promise<ImportedWeights> {
  const parsed = parsePretrainedBigGanDeepConfig(config!.json);
  const [file] = files;
  if (!file || files.length !== 1)
    throw notWeights(config!.path, `${files.length} files of weights beside it`);
  const { path } = file;
  const source = await (path.endsWith('.safetensors') ? readSafetensors(path) : readTorchFile(path));
  const embedding = source['embeddings.weight'];
  if (embedding && embedding.shape[1] !== parsed.num_classes)
    throw classesDiffer(path, embedding.shape[1]!, config!.path, parsed.num_classes);
  const stateDict = convertPretrainedBigGanDeep(source, parsed, 1);
  const format = bigganPyTorchFormat('generator', true);
  return {
    format: 'released BigGAN-deep',
    document: documentOf(parsed, config!.path),
    complete: false,
    classes: { count: parsed.num_classes, names: null },
    step: 0,
    networks: {
      generator: {
        path,
        tensors: convertWeights(stateDict, format),
        fit: (target) => importBigGanPyTorch(stateDict, target),
      },
    },
    moments: {},
    extraFiles: {
      [truncationStatisticsFile]: convertWeights(pretrainedBigGanDeepStatistics(source, parsed), format),
    },
    notes: [
      `statistics of ${parsed.n_stats} truncations are kept: sample with --truncation-convention scaled`,
      'the source interpolates between them with the shares of two rows exchanged; so does this',
    ],
  };
}

function documentOf(config: PretrainedBigGanDeepConfig, path: string): ConfigDocument {
  const { layers, attention_layer_position: attention } = config;
  const resolution = resolutions[layers.length];
  if (resolution === undefined)
    throw notWeights(path, `${layers.length} layers, where the released models have 10, 12 or 14`);
  const ups = layers.slice(0, attention).filter(([up]) => up).length;
  const shared = { use: 'biggan-deep', channels: config.channel_width, attention: [4 * 2 ** ups], depth: 2 };
  return {
    resolution,
    channels: 3,
    generator: {
      ...shared,
      latentSize: config.z_dim,
      sharedSize: config.class_embed_dim,
      spectralNorm: false,
      batchNormEps: config.eps,
      outputNormEps: config.eps,
    },
    discriminator: { ...shared, spectralNormEps: config.eps },
    data: { use: 'shapes' },
    ema: null,
  };
}
