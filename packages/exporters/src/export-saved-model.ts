import type * as tf from '@tensorflow/tfjs';
import { evaluationCall, type ClassLabels, type PluginHost } from '@ganymede/core';
import type { GraphExportOptions } from './chosen-generator.js';
import { exportGraph, type GraphExport, type GraphFormat } from './export-graph.js';
import { savedModelFile, writeSavedModel } from './saved-model/write-saved-model.js';

const savedModel: GraphFormat = {
  model: savedModelFile,
  integers: 'int32',
  images: ({ height, width, channels }) => [height, width, channels],
  write: ({ generator }) =>
    writeSavedModel({
      inputs: {
        z: { shape: [generator.latentSize], dtype: 'float32' },
        y: { shape: [], dtype: 'int32' },
      },
      run: ({ z, y }) => ({
        images: generator.generate(z as tf.Tensor2D, y as ClassLabels, evaluationCall),
      }),
    }),
  code: (z, y) => [
    'import numpy as np, tensorflow as tf',
    '',
    "generate = tf.saved_model.load('.').signatures['serving_default']",
    `z = ${z}`,
    ...(y === null ? [] : [`y = ${y}`]),
    `images = generate(z=tf.constant(z)${y === null ? '' : ', y=tf.constant(y)'})['images'].numpy()`,
  ],
};

/**
 * A run's generator as a SavedModel of TensorFlow, its card and the run's config. Its signature `serving_default` takes latents
 * `z`, float32 [batch, latentSize], drawn and truncated by whoever calls it, and classes `y`, int32 [batch]; it gives `images`,
 * float32 [batch, height, width, channels] in [-1, 1]. Weights are constants of the graph, spectral norm is folded in, batch
 * normalization has its running averages.
 *
 * @throws as `openChosen` and `writeSavedModel`; EXPORT_EXISTS, DISK_FULL, CANNOT_WRITE
 */
export function exportSavedModel(host: PluginHost, options: GraphExportOptions): Promise<GraphExport> {
  return exportGraph(host, options, savedModel);
}
