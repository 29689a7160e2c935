import * as tf from '@tensorflow/tfjs';
import { evaluationCall, type ClassLabels, type PluginHost } from '@ganymede/core';
import { writeOnnx } from '@ganymede/onnx';
import type { GraphExportOptions } from './chosen-generator.js';
import { exportGraph, type GraphExport, type GraphFormat } from './export-graph.js';

const modelName = 'generator.onnx';

const onnx: GraphFormat = {
  model: modelName,
  integers: 'int64',
  images: ({ height, width, channels }) => [channels, height, width],
  write: ({ generator, classes, config, step, subject }) =>
    writeOnnx({
      inputs: {
        z: { shape: [generator.latentSize], dtype: 'float32' },
        y: { shape: [], dtype: 'int32', given: 'int64' },
      },
      run: ({ z, y }) => {
        const images = generator.generate(z as tf.Tensor2D, y as ClassLabels, evaluationCall);
        return { images: tf.transpose(images, [0, 3, 1, 2]) };
      },
      about: {
        name: subject.name,
        doc: 'images [batch, channels, height, width] in [-1, 1] of latents z and classes y',
        metadata: {
          classes: JSON.stringify(classes),
          prior: JSON.stringify(config.prior),
          truncation: JSON.stringify(subject.truncation),
          step: String(step),
          weights: subject.trained.weights,
        },
      },
    }),
  code: (z, y) => [
    'import numpy as np, onnxruntime',
    '',
    `generator = onnxruntime.InferenceSession('${modelName}')`,
    `z = ${z}`,
    ...(y === null ? [] : [`y = ${y}`]),
    `images, = generator.run(['images'], {'z': z${y === null ? '' : ", 'y': y"}})`,
  ],
};

/**
 * A run's generator as a model of ONNX, its card and the run's config. The model takes latents `z`, float32
 * [batch, latentSize], drawn and truncated by whoever calls it, and classes `y`, int64 [batch]; it gives `images`, float32
 * [batch, channels, height, width] in [-1, 1]. Spectral norm is folded in, batch normalization has its running averages.
 *
 * @throws as `openChosen`; ONNX_UNSUPPORTED, ONNX_BATCH_DEPENDENT, ONNX_TOO_LARGE, EXPORT_EXISTS, DISK_FULL, CANNOT_WRITE
 */
export function exportOnnx(host: PluginHost, options: GraphExportOptions): Promise<GraphExport> {
  return exportGraph(host, options, onnx);
}
