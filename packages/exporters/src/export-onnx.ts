import * as tf from '@tensorflow/tfjs';
import { evaluationCall, type ClassLabels, type ComponentChoice, type PluginHost } from '@ganymede/core';
import { readChosen, truncationOfOtherStep, withStatistics } from '@ganymede/evaluation';
import { writeExport } from '@ganymede/files';
import { writeOnnx } from '@ganymede/onnx';
import {
  assignVariables,
  hostFloats,
  openGenerator,
  readTrained,
  readVariables,
  type CheckpointChoice,
  type OpenedGenerator,
} from '@ganymede/runs';
import { averagedVariables } from '@ganymede/trainer';
import type { HostTensor } from '@ganymede/safetensors';
import { aboutRun } from './about-run.js';
import type { CardSubject } from './model-card.js';

export interface OnnxExportOptions {
  /** Folder of the run. */
  readonly run: string;
  /** Name of the run, for the card. */
  readonly name: string;
  /** Made if it is not there; nothing in it is overwritten. */
  readonly out: string;
  readonly checkpoint?: CheckpointChoice;
  /** Weights of the moving average, where there are some; true by default. */
  readonly ema?: boolean;
  /** Path of a threshold that `truncate` chose, whose statistics of batch normalization the model takes. */
  readonly truncation?: string;
  /** SPDX identifier for the card. */
  readonly license?: string;
}

export interface OnnxExport {
  readonly step: number;
  /** Paths of what was written. */
  readonly files: readonly string[];
  /** Of the model. */
  readonly bytes: number;
}

const modelName = 'generator.onnx';

/**
 * A run's generator as a model of ONNX, its card and the run's config. The model takes latents `z`, float32
 * [batch, latentSize], drawn and truncated by whoever calls it, and classes `y`, int64 [batch]; it gives `images`, float32
 * [batch, channels, height, width] in [-1, 1]. Spectral norm is folded in, batch normalization has its running averages.
 *
 * @throws RUN_NOT_FOUND, NO_CHECKPOINT, TRUNCATION_DAMAGED, TRUNCATION_OF_OTHER_STEP, TRUNCATION_DOES_NOT_FIT, ONNX_UNSUPPORTED,
 * ONNX_BATCH_DEPENDENT, ONNX_TOO_LARGE, EXPORT_EXISTS, DISK_FULL, CANNOT_WRITE
 */
export async function exportOnnx(host: PluginHost, options: OnnxExportOptions): Promise<OnnxExport> {
  const { run, name, out, truncation, license = null } = options;
  const chosen = truncation === undefined ? null : { path: truncation, ...(await readChosen(truncation)) };
  const checkpoint = options.checkpoint ?? chosen?.chosen.step;
  const opened = await openGenerator(host, {
    run,
    // Statistics belong to the weights that they were measured with.
    ema: chosen ? chosen.chosen.manifest.sampling.weights === 'ema' : (options.ema ?? true),
    ...(checkpoint !== undefined && { checkpoint }),
  });
  try {
    const { generator, classes, config: runConfig, step, isAverage } = opened;
    if (chosen) await takeStatistics(opened, chosen);
    const { latentSize, imageShape } = generator;
    const config: CardSubject = {
      name,
      generator: runConfig.generator,
      imageShape,
      classes: [...classes],
      trained: { step, weights: isAverage ? 'ema' : 'trained' },
      truncation: chosen && thresholdOf(chosen.chosen),
      weights: { precision: 'float32' },
    };
    const model = await writeOnnx({
      inputs: {
        z: { shape: [latentSize], dtype: 'float32' },
        y: { shape: [], dtype: 'int32', given: 'int64' },
      },
      run: ({ z, y }) => {
        const images = generator.generate(z as tf.Tensor2D, y as ClassLabels, evaluationCall);
        return { images: tf.transpose(images, [0, 3, 1, 2]) };
      },
      about: {
        name,
        doc: 'images [batch, channels, height, width] in [-1, 1] of latents z and classes y',
        metadata: {
          classes: JSON.stringify(classes),
          prior: JSON.stringify(runConfig.prior),
          truncation: JSON.stringify(config.truncation),
          step: String(step),
          weights: config.trained.weights,
        },
      },
    });
    const { state } = await readTrained(opened.folder, []);
    const about = await aboutRun({
      run,
      runConfig,
      config,
      data: state.data.name,
      license,
      usage: usageOf(config, latentSize, runConfig.prior, model.inputs.includes('y')),
    });
    const files = await writeExport(out, { [modelName]: model.bytes, ...about });
    return { step, files, bytes: model.bytes.length };
  } finally {
    await opened.close();
  }
}

type Chosen = Awaited<ReturnType<typeof readChosen>>;

/** The running averages of a generator become the statistics of a threshold. */
async function takeStatistics(
  { generator, step }: OpenedGenerator,
  { path, chosen, statistics }: Chosen & { readonly path: string },
): Promise<void> {
  if (chosen.step !== step) throw truncationOfOtherStep(path, chosen.step, step);
  const variables = averagedVariables(generator);
  const own: Record<string, HostTensor> = {};
  for (const [name, tensor] of Object.entries(await readVariables(variables)))
    own[name] = { dtype: 'F32', ...tensor };
  assignVariables(path, variables, hostFloats(withStatistics(own, statistics, path)));
}

const thresholdOf = ({ convention, threshold }: Chosen['chosen']): CardSubject['truncation'] =>
  threshold === null ? null : { convention, threshold };

function usageOf(
  { imageShape: { channels, height, width }, truncation }: CardSubject,
  latentSize: number,
  prior: ComponentChoice,
  takesClasses: boolean,
): string {
  const ofPrior = `of the prior ${JSON.stringify(prior)}`;
  const drawn = truncation
    ? `${ofPrior}, truncated by ${truncation.convention} at ${truncation.threshold}`
    : ofPrior;
  const isPlain = truncation === null && JSON.stringify(prior) === '{"use":"normal"}';
  const z = isPlain
    ? `np.random.standard_normal((4, ${latentSize})).astype('float32')`
    : `draw_latents((4, ${latentSize}))  # yours: ${drawn}`;
  return [
    `\`${modelName}\` takes latents z, float32 [batch, ${latentSize}], ${drawn}${takesClasses ? '; and y, int64 [batch], the numbers of classes' : ''}.`,
    `It gives images, float32 [batch, ${channels}, ${height}, ${width}], meant to lie in [-1, 1]. In Python:`,
    '',
    '```python',
    'import numpy as np, onnxruntime',
    '',
    `generator = onnxruntime.InferenceSession('${modelName}')`,
    `z = ${z}`,
    ...(takesClasses ? ["y = np.zeros(4, 'int64')"] : []),
    `images, = generator.run(['images'], {'z': z${takesClasses ? ", 'y': y" : ''}})`,
    "pixels = ((images.clip(-1, 1) + 1) * 127.5).round().astype('uint8')",
    '```',
  ].join('\n');
}
