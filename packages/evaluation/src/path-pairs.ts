import * as tf from '@tensorflow/tfjs';
import {
  evaluationCall,
  RandomStream,
  type FeatureExtractor,
  type NamedTensors,
  type ComponentChoice,
} from '@ganymede/core';
import type { Matrix } from '@ganymede/metrics';
import { evaluationStopped } from './errors.js';
import { latentSource, type OpenedGenerator } from '@ganymede/runs';
import { linear, spherical, type Interpolation } from '@ganymede/sampling';
import type { MeasureOptions } from './types.js';

/** Pairs at a time, each of two images. */
const batchSize = 25;

export interface LatentPairs {
  /** [pairs, latentSize] each. */
  readonly first: Float32Array;
  readonly second: Float32Array;
  /** Every class as often as another; both images of a pair have one. */
  readonly labels: Int32Array;
}

export interface DrawOptions {
  readonly pairs: number;
  readonly seed: number;
  readonly sampling: 'full' | 'end';
  readonly interpolation: Interpolation;
  readonly epsilon: number;
  readonly truncation: ComponentChoice | undefined;
}

/** Latents of pairs, each on a path of its own between two latents of one class. */
export function drawPairs(opened: OpenedGenerator, options: DrawOptions): LatentPairs {
  const { pairs, seed, sampling, interpolation, epsilon } = options;
  const { latentSize } = opened.generator;
  const source = latentSource(opened, options.truncation);
  const ends = ['from', 'to'].map((end) =>
    source.sample(pairs, latentSize, RandomStream.create(seed, `path-${end}`)),
  );
  const places = RandomStream.create(seed, 'path-places').uniforms(pairs);
  const between = interpolation === 'linear' ? linear : spherical;
  const [first, second] = [new Float32Array(pairs * latentSize), new Float32Array(pairs * latentSize)];
  for (let i = 0; i < pairs; i++) {
    const [from, to] = ends.map((z) => z.subarray(i * latentSize, (i + 1) * latentSize));
    const t = sampling === 'end' ? 0 : places[i]!;
    first.set(between(from!, to!, t), i * latentSize);
    second.set(between(from!, to!, t + epsilon), i * latentSize);
  }
  const labels = Int32Array.from({ length: pairs }, (_, i) => i % opened.classes.length);
  return { first, second, labels };
}

/** Features of both images of every pair; images never leave the backend. */
export async function featuresOfPairs(
  { backend, generator }: OpenedGenerator,
  extractor: FeatureExtractor,
  { first, second, labels }: LatentPairs,
  { onProgress, signal }: Pick<MeasureOptions, 'onProgress' | 'signal'>,
): Promise<readonly [Matrix, Matrix]> {
  const { latentSize } = generator;
  const { featureSize: size } = extractor;
  const count = labels.length;
  const compiled = backend.compile(
    ({ z, y }: NamedTensors) => {
      const images = generator.generate(z as tf.Tensor2D, y as tf.Tensor1D, evaluationCall);
      return { features: extractor.extract(images, { unrounded: true }).features };
    },
    { name: 'path-length', precision: 'float32' },
  );
  const found = [new Float32Array(count * size), new Float32Array(count * size)] as const;
  try {
    for (let start = 0; start < count; start += batchSize) {
      if (signal?.aborted) throw evaluationStopped(start, count);
      const own = Math.min(batchSize, count - start);
      const z = new Float32Array(2 * batchSize * latentSize);
      const y = new Int32Array(2 * batchSize);
      [first, second].forEach((latents, side) => {
        z.set(
          latents.subarray(start * latentSize, (start + own) * latentSize),
          side * batchSize * latentSize,
        );
        y.set(labels.subarray(start, start + own), side * batchSize);
      });
      const inputs = {
        z: tf.tensor2d(z, [2 * batchSize, latentSize]),
        y: tf.tensor1d(y, 'int32'),
      };
      const { features } = await compiled.run(inputs);
      tf.dispose(inputs);
      const values = await features!.data<'float32'>();
      features!.dispose();
      found.forEach((all, side) =>
        all.set(values.subarray(side * batchSize * size, (side * batchSize + own) * size), start * size),
      );
      onProgress?.({ part: 'generated', done: start + own, total: count });
    }
  } finally {
    compiled.dispose();
  }
  return [
    { values: found[0], count, size },
    { values: found[1], count, size },
  ];
}
