import { resolutionText } from '@ganymede/core';
import { bigganFlagsOf } from './layouts/biggan-flags.js';
import { exportBigGanPyTorch } from './layouts/biggan-pytorch.js';
import { runLayout, writeSafetensors, type HostTensor, type HostTensors } from '@ganymede/checkpoints';
import { writeTorchFile } from '@ganymede/torch-files';
import { writeExport, type ExportedFile } from '@ganymede/files';
import { readResolvedConfig, type ResolvedConfig } from '@ganymede/config';
import {
  readChosen,
  type ChosenTruncation,
  truncationOfOtherStep,
  withStatistics,
} from '@ganymede/evaluation';
import { cannotExport } from './errors.js';
import { checkpointFolder, readTrained, type TrainedState } from '@ganymede/runs';
import { exportedFormat } from './sources/safetensors-source.js';
import { networkNames, type NetworkName } from './sources/imported-weights.js';

/** Sizes that BigGAN.py and BigGANdeep.py have widths for, all squares that begin with 4x4. */
const bigganSides: readonly number[] = [32, 64, 128, 256, 512];

export const exportFormats = ['biggan-pytorch', 'safetensors'] as const;
export type ExportFormat = (typeof exportFormats)[number];

export interface ExportOptions {
  readonly run: string;
  readonly to: ExportFormat;
  /** Made if it is not there. */
  readonly out: string;
  /** A step, or the newest whole checkpoint; with a truncation, the one that it was chosen at by default. */
  readonly checkpoint?: 'latest' | number;
  /**
   * Path of a threshold that `truncate` chose. Its statistics become the running averages of the generator that was
   * measured, and the threshold goes along in `truncation.json` and in that file's metadata.
   */
  readonly truncation?: string;
}

export interface ExportResult {
  readonly step: number;
  /** Paths of what was written. */
  readonly files: readonly string[];
}

/** Name of a file, and the file. */
type Exported = readonly [string, ExportedFile];

const torchNames: Readonly<Record<NetworkName, string>> = {
  generator: 'G.pth',
  discriminator: 'D.pth',
  ema: 'G_ema.pth',
};

/** Which network an evaluation's images came from. */
const networkOfWeights = { ema: 'ema', trained: 'generator' } as const;

/** A truncation as a config has it, as JSON; `none` for the whole prior. */
function truncationText({ convention, threshold }: ChosenTruncation): string {
  return JSON.stringify(threshold === null ? { use: 'none' } : { use: convention, threshold });
}

/** BigGANdeep.py's and BigGAN.py's output layer, whatever the other batch norms have. */
const torchOutputEps = 1e-5;

/**
 * Writes the networks of a run for other programs. `biggan-pytorch`: state dicts that torch loads, with the flags to
 * build their networks by in `config.json`. `safetensors`: names and layouts of networks here, with the run's config.
 * Nothing is overwritten, and the files are there all or none.
 *
 * @throws RUN_NOT_FOUND, NO_CHECKPOINT, CANNOT_EXPORT for networks that BigGAN-PyTorch does not have, EXPORT_EXISTS,
 * TRUNCATION_DAMAGED, TRUNCATION_OF_OTHER_STEP, TRUNCATION_DOES_NOT_FIT, DISK_FULL, CANNOT_WRITE
 */
export async function exportRun({
  run,
  to,
  out,
  checkpoint,
  truncation,
}: ExportOptions): Promise<ExportResult> {
  const config = await readResolvedConfig(run);
  const { use, normalization = 'batch' } = config.generator;
  if (to === 'biggan-pytorch') {
    if (use !== 'biggan' && use !== 'biggan-deep') throw cannotExport(use, to);
    if (normalization !== 'batch')
      throw cannotExport(`${use} with ${String(normalization)} normalization`, to);
    // Its networks begin with 4x4 and are known by their side.
    if (!bigganSides.includes(config.resolution as number))
      throw cannotExport(`${use} of ${resolutionText(config.resolution)} pixels`, to);
  }
  const truncated = truncation === undefined ? null : await readChosen(truncation);
  const folder = await checkpointFolder(run, checkpoint ?? truncated?.chosen.step ?? 'latest');
  const { step, tensorFiles, state } = await readTrained(folder);
  if (truncated && truncated.chosen.step !== step)
    throw truncationOfOtherStep(truncation!, truncated.chosen.step, step);
  const { data } = state;
  const measured = truncated && networkOfWeights[truncated.chosen.manifest.sampling.weights];
  const networks = networkNames.flatMap((network): Exported[] => {
    const own = tensorFiles[`${network}.safetensors`];
    if (!own) return [];
    const isMeasured = network === measured;
    const tensors = isMeasured ? withStatistics(own, truncated!.statistics, truncation!) : own;
    const metadata = isMeasured ? { truncation: truncationText(truncated!.chosen) } : {};
    return to === 'biggan-pytorch'
      ? [torchFile(network, config, tensors)]
      : [safetensorsFile(network, tensors, step, data, metadata)];
  });
  const files: Record<string, ExportedFile> = Object.fromEntries(networks);
  if (truncated) {
    const { statistics: _, ...told } = truncated.chosen;
    files['truncation.json'] = jsonText(told);
  }
  files[runLayout.config] = jsonText(
    to === 'biggan-pytorch' ? bigganFlagsOf(config, data.classes.length) : config,
  );
  return { step, files: await writeExport(out, files, { joins: true }) };
}

const jsonText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

function torchFile(network: NetworkName, { generator }: ResolvedConfig, tensors: HostTensors): Exported {
  const outputEps = network === 'discriminator' ? undefined : generator['outputNormEps'];
  const shift = typeof outputEps === 'number' ? outputEps - torchOutputEps : 0;
  const name = 'output_layer.0.variance';
  const variance = tensors[name];
  // Batch norm sees variance + epsilon only: in evaluation another epsilon is another variance.
  const shifted =
    shift === 0 || variance?.dtype !== 'F32'
      ? tensors
      : {
          ...tensors,
          [name]: { ...variance, data: variance.data.map((value) => value + shift) } as HostTensor,
        };
  const stateDict = exportBigGanPyTorch(shifted);
  return [torchNames[network], (path) => writeTorchFile(path, stateDict)];
}

function safetensorsFile(
  network: NetworkName,
  tensors: HostTensors,
  step: number,
  { classes, unnamed = false }: TrainedState['data'],
  more: Readonly<Record<string, string>>,
): Exported {
  const metadata = {
    format: exportedFormat,
    network,
    step: String(step),
    classes: JSON.stringify(classes),
    classNames: unnamed ? 'unknown' : 'known',
    ...more,
  };
  return [`${network}.safetensors`, (path) => writeSafetensors(path, tensors, metadata)];
}
