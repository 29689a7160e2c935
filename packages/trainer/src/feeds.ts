import * as tf from '@tensorflow/tfjs';
import {
  GanymedeError,
  rowsOf,
  type Draw,
  type ImageShape,
  type NamedTensors,
  type NetworkName,
  type RandomStream,
} from '@ganymede/core';
import { instancesOf, type OpenObjective } from './open-objectives.js';
import type { Batch, BatchSource, TrainingRecipe } from './recipe.js';
import { expectLabels } from './terms.js';

const normalized = Float32Array.from({ length: 256 }, (_, value) => value / 127.5 - 1);

/** uint8 images as float32 in [-1, 1]: v / 127.5 - 1. */
export function normalizeImages(images: Uint8Array): Float32Array {
  const result = new Float32Array(images.length);
  for (let i = 0; i < images.length; i++) result[i] = normalized[images[i]!]!;
  return result;
}

/**
 * Draws what a micro-batch is fed with, on the host and from named streams, so that a run is the same on every
 * backend and a resumed run goes on with the same numbers. Where the batch is spread over replicas, each of them draws all
 * of it and takes its rows, so that any number of replicas trains on the same numbers.
 */
export class Feeds {
  constructor(
    private readonly recipe: TrainingRecipe,
    private readonly source: BatchSource,
    private readonly objectives: readonly OpenObjective[] = [],
  ) {}

  /** @param real - the real images of the same step, where there are some */
  private latents({ realLabels }: NamedTensors): NamedTensors {
    const { batchSize, generator, prior, random } = this.recipe;
    const z = prior.sample(batchSize, generator.latentSize, random.get('latent'));
    return {
      z: this.mine(z, [generator.latentSize]) as tf.Tensor2D,
      fakeLabels: realLabels && this.paired ? realLabels.clone() : this.mine(this.labels(), []),
      ...this.augmentation('augmentFake'),
      ...this.dropout('dropoutFake'),
    };
  }

  private get labelSampler(): OpenObjective | undefined {
    return this.objectives.find(({ instance }) => instance.labels !== undefined);
  }

  /** Whether the classes of fake images are those of the real ones. */
  private get paired(): boolean {
    return this.recipe.loss.comparesPairs === true && !this.labelSampler;
  }

  /** Uniform ones, unless an objective draws others. */
  private labels(): Int32Array {
    const { batchSize, generator, random } = this.recipe;
    const sampler = this.labelSampler;
    const stream = random.get('label');
    if (!sampler) return stream.integers(batchSize, generator.classes);
    const drawn = sampler.instance.labels!(batchSize, stream);
    return expectLabels(sampler.name, drawn, batchSize, generator.classes);
  }

  /** Noise for D's dropout, one row for each image of a pass. */
  private dropout(name: string): NamedTensors {
    const { batchSize, discriminator, random } = this.recipe;
    const { noiseSize } = discriminator;
    if (!noiseSize) return {};
    const values = random.get(name).uniforms(batchSize * noiseSize);
    return { [name]: this.mine(values, [noiseSize]) };
  }

  /** What penalties and objectives draw in a step of a network, each stream once. */
  private draws(network: NetworkName): NamedTensors {
    const { batchSize, generator, prior, random, regularizers } = this.recipe;
    const valuesOf = (
      distribution: Draw['distribution'],
      source: RandomStream,
      count: number,
    ): Float32Array => {
      if (distribution === 'prior') return prior.sample(batchSize, count / batchSize, source);
      return distribution === 'uniform' ? source.uniforms(count) : source.normals(count);
    };
    const readers = [
      ...regularizers.filter((one) => one.network === network),
      ...instancesOf(this.objectives),
    ];
    const { height, width, channels } = generator.imageShape;
    const shapes = { image: [height, width, channels], latent: [generator.latentSize] };
    const drawn: NamedTensors = {};
    for (const { stream, distribution, shape } of readers.flatMap((one) => one.draws?.(network) ?? [])) {
      const rest = typeof shape === 'string' ? shapes[shape] : shape;
      if (distribution === 'prior' && shape !== 'latent') throw notALatent(stream);
      const known = drawn[`draw/${stream}`];
      if (known) {
        expectSameShape(stream, known.shape.slice(1), rest);
        continue;
      }
      const count = rest.reduce((a, b) => a * b, batchSize);
      const source = random.get(stream);
      drawn[`draw/${stream}`] = this.mine(valuesOf(distribution, source, count), rest);
    }
    return drawn;
  }

  private augmentation(name: string): NamedTensors {
    const { augmentation, batchSize, random } = this.recipe;
    if (!augmentation) return {};
    const { values, width } = augmentation.draw(batchSize, random.get('augmentation'));
    return { [name]: this.mine(values, [width]) };
  }

  /** The rows of this replica, as a tensor [rows, ...shape]. @param values - [batchSize, ...shape] */
  private mine(values: Float32Array | Int32Array, shape: readonly number[]): tf.Tensor {
    const { batchSize, replicas } = this.recipe;
    const { first, rows } = rowsOf(batchSize, replicas);
    const size = shape.reduce((a, b) => a * b, 1);
    const own = values.subarray(first * size, (first + rows) * size);
    return tf.tensor(own, [rows, ...shape], own instanceof Int32Array ? 'int32' : 'float32');
  }

  private async images(): Promise<NamedTensors> {
    const batch: Batch = await this.source.next();
    const { height, width, channels }: ImageShape = this.recipe.generator.imageShape;
    return {
      real: tf.tensor4d(normalizeImages(batch.images), [batch.labels.length, height, width, channels]),
      realLabels: tf.tensor1d(batch.labels, 'int32'),
      ...this.augmentation('augmentReal'),
      ...this.dropout('dropoutReal'),
    };
  }

  async discriminator(): Promise<NamedTensors> {
    const real = await this.images();
    return { ...real, ...this.latents(real), ...this.draws('discriminator') };
  }

  /** Real images come first where there are some: a fresh batch. */
  async generator(): Promise<NamedTensors> {
    const { loss, regularizers } = this.recipe;
    const readers = [
      ...regularizers.filter(({ network }) => network === 'generator'),
      ...instancesOf(this.objectives),
    ];
    const needsReal = loss.needsReal || readers.some(({ needs }) => needs?.includes('realForGenerator'));
    const real = needsReal ? await this.images() : {};
    return { ...real, ...this.latents(real), ...this.draws('generator') };
  }
}

function notALatent(stream: string): GanymedeError {
  return new GanymedeError(
    'BAD_OPTION',
    `random stream ${stream}: expected shape latent for the distribution of the prior, got another`,
    { kind: 'usage', hint: 'Draw uniform or normal numbers, or latents.' },
  );
}

function expectSameShape(stream: string, known: readonly number[], other: readonly number[]): void {
  if (known.join() === other.join()) return;
  throw new GanymedeError(
    'OBJECTIVES_CLASH',
    `random stream ${stream}: expected numbers of one shape, got [${known.join(', ')}] and [${other.join(', ')}]`,
    {
      kind: 'usage',
      hint: 'Two objectives name one stream for different things: rename it in one of them.',
    },
  );
}
