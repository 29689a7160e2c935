import type * as tf from '@tensorflow/tfjs';
import { evaluationCall, type ClassLabels, type PluginHost } from '@ganymede/core';
import { writeExport } from '@ganymede/files';
import { readTrained } from '@ganymede/runs';
import { aboutRun } from './about-run.js';
import { openChosen, type GraphExport, type GraphExportOptions } from './chosen-generator.js';
import { graphUsage } from './graph-usage.js';
import { savedModelFile, writeSavedModel } from './saved-model/write-saved-model.js';

/**
 * A run's generator as a SavedModel of TensorFlow, its card and the run's config. Its signature `serving_default` takes latents
 * `z`, float32 [batch, latentSize], drawn and truncated by whoever calls it, and classes `y`, int32 [batch]; it gives `images`,
 * float32 [batch, height, width, channels] in [-1, 1]. Weights are constants of the graph, spectral norm is folded in, batch
 * normalization has its running averages.
 *
 * @throws as `openChosen` and `writeSavedModel`; EXPORT_EXISTS, DISK_FULL, CANNOT_WRITE
 */
export async function exportSavedModel(host: PluginHost, options: GraphExportOptions): Promise<GraphExport> {
  const opened = await openChosen(host, options);
  try {
    const { generator, config: runConfig, step, subject } = opened;
    const { latentSize, imageShape } = generator;
    const model = await writeSavedModel({
      inputs: {
        z: { shape: [latentSize], dtype: 'float32' },
        y: { shape: [], dtype: 'int32' },
      },
      run: ({ z, y }) => ({
        images: generator.generate(z as tf.Tensor2D, y as ClassLabels, evaluationCall),
      }),
    });
    const { state } = await readTrained(opened.folder, []);
    const about = await aboutRun({
      run: options.run,
      runConfig,
      config: subject,
      data: state.data.name,
      license: options.license ?? null,
      usage: graphUsage(
        { subject, latentSize, prior: runConfig.prior, takesClasses: model.inputs.includes('y') },
        {
          model: savedModelFile,
          integers: 'int32',
          images: [imageShape.height, imageShape.width, imageShape.channels],
          code: (z, y) => [
            'import numpy as np, tensorflow as tf',
            '',
            "generate = tf.saved_model.load('.').signatures['serving_default']",
            `z = ${z}`,
            ...(y === null ? [] : [`y = ${y}`]),
            `images = generate(z=tf.constant(z)${y === null ? '' : ', y=tf.constant(y)'})['images'].numpy()`,
          ],
        },
      ),
    });
    const files = await writeExport(options.out, { [savedModelFile]: model.bytes, ...about });
    return { step, files, bytes: model.bytes.length };
  } finally {
    await opened.close();
  }
}
