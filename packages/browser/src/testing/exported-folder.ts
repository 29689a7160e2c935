import * as tf from '@tensorflow/tfjs';
import { RandomStream, stateOf, weightsOf, type Generator } from '@ganymede/core';
import { foldedTensors } from '@ganymede/layers';
import { serializeSafetensors, type HostTensor } from '@ganymede/safetensors';
import { sha256 } from '@noble/hashes/sha2.js';
import type { Fetch } from '../fetch-file.js';
import { generatorFactory } from '../known-generators.js';
import type { GeneratorConfig } from '@ganymede/generator-files';

/** A network and its options, every one as a resolved config has them. */
export interface TestNetwork {
  readonly use: string;
  readonly [option: string]: unknown;
}

const biggan: TestNetwork = {
  use: 'biggan',
  channels: 2,
  latentSize: 8,
  sharedSize: 4,
  attention: [16],
  initialization: 'orthogonal',
  spectralNorm: true,
};
export const classes = ['circle', 'square', '7'];
export const address = 'https://example.test/model/';

/** A generator with random weights, and running averages that are not those it began with. */
export function trainedGenerator(
  choice: TestNetwork = biggan,
  size: { readonly height: number; readonly width: number } = { height: 32, width: 32 },
): Generator {
  const network = generatorFactory(choice, 'test').create({
    imageShape: { ...size, channels: 3 },
    classes: classes.length,
    random: RandomStream.create(3, 'generator-weights'),
  });
  const random = RandomStream.create(4, 'test');
  tf.tidy(() => {
    for (const [name, variable] of Object.entries({ ...weightsOf(network), ...stateOf(network) })) {
      if (!/mean|variance|gamma/.test(name)) continue;
      const shift = tf.tensor(random.uniforms(variable.size), variable.shape);
      variable.assign(tf.add(variable, shift));
    }
  });
  return network;
}

/** The files of an export, by name. */
export type ExportedFiles = Map<string, Uint8Array>;

const host = (tensor: tf.Tensor): HostTensor => ({
  dtype: 'F32',
  shape: tensor.shape,
  data: tensor.dataSync().slice() as Float32Array,
});

/** An export of a generator in two files, with tables of statistics whose second row adds 1 to the running ones. */
export function exportedFolder(
  network: Generator,
  change: (config: GeneratorConfig) => unknown = (config) => config,
  choice: TestNetwork = biggan,
): ExportedFiles {
  const tensors: Record<string, HostTensor> = {};
  tf.tidy(() => {
    for (const [name, tensor] of Object.entries(foldedTensors(network))) tensors[name] = host(tensor);
  });
  const files: ExportedFiles = new Map();
  const add = (name: string, own: Record<string, HostTensor>, half: boolean) => {
    const names = Object.keys(own).filter((one) => own[one]!.shape.length > 1);
    const bytes = serializeSafetensors(own, {}, { float16: new Set(half ? names : []) });
    files.set(name, bytes);
    return { name, bytes: bytes.length, sha256: Buffer.from(sha256(bytes)).toString('hex') };
  };
  const entries = Object.entries(tensors);
  const tables = entries.filter(([name]) => /(^|\.)(mean|variance)$/.test(name));
  const config: GeneratorConfig = {
    format: 'ganymede-generator',
    version: 1,
    name: 'test',
    generator: { ...choice, ...('spectralNorm' in choice && { spectralNorm: false }) },
    imageShape: network.imageShape as GeneratorConfig['imageShape'],
    classes,
    prior: { use: 'normal' },
    weights: {
      precision: 'float16',
      files: [
        add('model-00001-of-00002.safetensors', Object.fromEntries(entries.slice(0, 9)), true),
        add('model-00002-of-00002.safetensors', Object.fromEntries(entries.slice(9)), true),
      ],
    },
    statistics:
      tables.length === 0
        ? null
        : {
            file: add(
              'statistics.safetensors',
              Object.fromEntries(
                tables.map(([name, { data, shape }]) => {
                  const values = data as Float32Array;
                  const both = Float32Array.from([...values, ...values.map((value) => value + 1)]);
                  return [name, { dtype: 'F32' as const, shape: [2, ...shape], data: both }];
                }),
              ),
              false,
            ),
            convention: 'resample',
            thresholds: [0.5, 1],
            interpolation: 'linear',
            automatic: false,
            sampled: { batches: 1, batchSize: 1, seed: 0 },
          },
    truncation: null,
    trained: { step: 10, weights: 'ema' },
    directions: [{ name: 'first', share: 0.5, vector: Array.from({ length: network.latentSize }, () => 0) }],
  };
  files.set('config.json', new TextEncoder().encode(JSON.stringify(change(config))));
  return files;
}

/** What serves the files, in pieces of 1000 bytes. */
export function serving(files: ExportedFiles): Fetch {
  return (url) => {
    const content = files.get(url.slice(address.length));
    if (!url.startsWith(address) || !content) return Promise.resolve(new Response('no', { status: 404 }));
    let at = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (at >= content.length) controller.close();
        else controller.enqueue(content.slice(at, (at += 1000)));
      },
    });
    return Promise.resolve(new Response(body));
  };
}
