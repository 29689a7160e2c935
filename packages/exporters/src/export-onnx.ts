import * as tf from '@tensorflow/tfjs';
import { evaluationCall, type ClassLabels, type PluginHost } from '@ganymede/core';
import { writeExport } from '@ganymede/files';
import { writeOnnx } from '@ganymede/onnx';
import { readTrained } from '@ganymede/runs';
import { aboutRun } from './about-run.js';
import { openChosen, type GraphExport, type GraphExportOptions } from './chosen-generator.js';
import { graphUsage } from './graph-usage.js';

const modelName = 'generator.onnx';

/**
 * A run's generator as a model of ONNX, its card and the run's config. The model takes latents `z`, float32
 * [batch, latentSize], drawn and truncated by whoever calls it, and classes `y`, int64 [batch]; it gives `images`, float32
 * [batch, channels, height, width] in [-1, 1]. Spectral norm is folded in, batch normalization has its running averages.
 *
 * @throws as `openChosen`; ONNX_UNSUPPORTED, ONNX_BATCH_DEPENDENT, ONNX_TOO_LARGE, EXPORT_EXISTS, DISK_FULL, CANNOT_WRITE
 */
export async function exportOnnx(host: PluginHost, options: GraphExportOptions): Promise<GraphExport> {
  const opened = await openChosen(host, options);
  try {
    const { generator, classes, config: runConfig, step, subject } = opened;
    const { latentSize, imageShape } = generator;
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
        name: options.name,
        doc: 'images [batch, channels, height, width] in [-1, 1] of latents z and classes y',
        metadata: {
          classes: JSON.stringify(classes),
          prior: JSON.stringify(runConfig.prior),
          truncation: JSON.stringify(subject.truncation),
          step: String(step),
          weights: subject.trained.weights,
        },
      },
    });
    const { state } = await readTrained(opened.folder, []);
    const { channels, height, width } = imageShape;
    const about = await aboutRun({
      run: options.run,
      runConfig,
      config: subject,
      data: state.data.name,
      license: options.license ?? null,
      usage: graphUsage(
        { subject, latentSize, prior: runConfig.prior, takesClasses: model.inputs.includes('y') },
        {
          model: modelName,
          integers: 'int64',
          images: [channels, height, width],
          code: (z, y) => [
            'import numpy as np, onnxruntime',
            '',
            `generator = onnxruntime.InferenceSession('${modelName}')`,
            `z = ${z}`,
            ...(y === null ? [] : [`y = ${y}`]),
            `images, = generator.run(['images'], {'z': z${y === null ? '' : ", 'y': y"}})`,
          ],
        },
      ),
    });
    const files = await writeExport(options.out, { [modelName]: model.bytes, ...about });
    return { step, files, bytes: model.bytes.length };
  } finally {
    await opened.close();
  }
}
