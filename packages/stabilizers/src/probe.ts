import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import {
  defineComponent,
  RandomStream,
  type CallContext,
  type CompiledStep,
  type NamedTensors,
  type RunView,
  type Stabilizer,
} from '@ganymede/core';
import { varietyFrom, varietyOf, type ImageVariety } from './image-variety.js';
import { batchOf, batchOfClasses, type ClassBatch, type ProbeBatch } from './probe-batch.js';
import { relativeVariety, type RelativeVariety } from './relative-variety.js';
import { round } from './round.js';

type Observation = Awaited<ReturnType<Stabilizer['observe']>>;

/** What `probe` adds to the events of a run. */
export interface ProbeEvent {
  /** The variety is there where the data have classes of enough images. */
  readonly probe: RelativeVariety & {
    /** Means of D's outputs on images that are trained on, that are held out, and that G makes. */
    readonly logitReal: number;
    readonly logitHeldOut?: number;
    readonly logitFake: number;
  };
}

/** Batch statistics as in training, and nothing moves. */
const looking: CallContext = { statistics: 'batch', updateState: false };

interface Parts {
  readonly compiled: CompiledStep;
  readonly real: ProbeBatch;
  readonly heldOut: ProbeBatch | null;
  readonly z: Float32Array;
  /** Of the real images, and the names of their classes; null where no class has enough of them. */
  readonly data: { readonly variety: ImageVariety; readonly classes: readonly string[] } | null;
}

/** Of the schema, and of the class where it is made without one. */
const defaults = { interval: 50, classes: 10, perClass: 8 };

const options = z.strictObject({
  interval: z.int().min(1).default(defaults.interval).describe('steps between looks'),
  classes: z
    .int()
    .min(1)
    .default(defaults.classes)
    .describe('at most so many classes, evenly over all of them'),
  perClass: z
    .int()
    .min(2)
    .default(defaults.perClass)
    .describe('images of each; fewer where a quarter of the classes have fewer'),
});

/**
 * Looks at both networks with the same images and latents at every interval: at D's outputs on images that it trains on
 * and on images that it never sees, which drift apart as D memorizes (arXiv:1809.11096, section 4.2), and at how far G's
 * samples lie from each other, within a class and between classes, relative to real images of the same classes, which are
 * measured once. It moves nothing and draws from a stream of its own.
 */
export class Probe implements Stabilizer {
  readonly state = null;
  private parts: Parts | null = null;

  /**
   * @param classes - at most so many are looked at, evenly over all of them
   * @param perClass - images of each
   */
  constructor(
    readonly interval = defaults.interval,
    private readonly classes = defaults.classes,
    private readonly perClass = defaults.perClass,
  ) {}

  async observe(
    run: Pick<RunView, 'backend' | 'generator' | 'discriminator' | 'prior' | 'training' | 'heldOut'>,
  ): Promise<Observation> {
    this.parts ??= await this.prepare(run);
    const { compiled, real, heldOut, z, data } = this.parts;
    const inputs: NamedTensors = {
      z: tf.tensor2d(z, [real.labels.length, run.generator.latentSize]),
      real: imagesOf(real, run.generator),
      labels: tf.tensor1d(real.labels, 'int32'),
      ...(heldOut && {
        heldOut: imagesOf(heldOut, run.generator),
        heldOutLabels: tf.tensor1d(heldOut.labels, 'int32'),
      }),
    };
    try {
      const { outputs, variety } = await compiled.run(inputs);
      const [logitReal, logitFake, logitHeldOut] = await numbersOf(outputs!);
      const event: ProbeEvent = {
        probe: {
          logitReal: round(logitReal!),
          ...(logitHeldOut !== undefined && { logitHeldOut: round(logitHeldOut) }),
          logitFake: round(logitFake!),
          ...(data && relativeVariety(varietyFrom(await numbersOf(variety!)), data.variety, data.classes)),
        },
      };
      return { action: { kind: 'continue' }, event: { ...event } };
    } finally {
      tf.dispose(inputs);
    }
  }

  private async prepare({
    backend,
    generator,
    discriminator,
    prior,
    training,
    heldOut,
  }: Pick<
    RunView,
    'backend' | 'generator' | 'discriminator' | 'prior' | 'training' | 'heldOut'
  >): Promise<Parts> {
    const ofClasses = await batchOfClasses(training, this.classes, this.perClass);
    const real = ofClasses ?? (await batchOf(training, this.classes * this.perClass));
    const compiled = backend.compile(
      (inputs) => {
        const { z, real, labels, heldOut, heldOutLabels } = inputs as Record<string, tf.Tensor>;
        const y = labels as tf.Tensor1D;
        const fake = generator.generate(z as tf.Tensor2D, y, looking);
        const judge = (x: tf.Tensor | undefined, of: tf.Tensor1D): tf.Scalar =>
          tf.mean(discriminator.discriminate(x as tf.Tensor4D, of, looking));
        const outputs = [judge(real, y), judge(fake, y)];
        if (heldOut) outputs.push(judge(heldOut, heldOutLabels as tf.Tensor1D));
        return {
          outputs: tf.stack(outputs),
          ...(ofClasses && { variety: varietyOf(fake, ofClasses.perClass) }),
        };
      },
      { name: 'probe', precision: 'float32' },
    );
    const random = RandomStream.create(0, 'probe');
    const count = real.labels.length;
    return {
      compiled,
      real,
      heldOut: heldOut && (await batchOf(heldOut, count)),
      z: prior.sample(count, generator.latentSize, random),
      data: ofClasses && {
        variety: await this.varietyOfData(backend, imagesOf(ofClasses, generator), ofClasses.perClass),
        classes: classNamesOf(ofClasses, training.classes),
      },
    };
  }

  private async varietyOfData(
    backend: Pick<RunView['backend'], 'compile'>,
    images: tf.Tensor4D,
    perClass: number,
  ): Promise<ImageVariety> {
    const compiled = backend.compile(({ real }) => ({ variety: varietyOf(real as tf.Tensor4D, perClass) }), {
      name: 'probe-data',
      precision: 'float32',
    });
    try {
      const { variety } = await compiled.run({ real: images });
      return varietyFrom(await numbersOf(variety!));
    } finally {
      compiled.dispose();
      images.dispose();
    }
  }

  /** Nothing is kept between observations. */
  restore(): void {}

  dispose(): void {
    this.parts?.compiled.dispose();
    this.parts = null;
  }
}

/** [N, H, W, C]. */
function imagesOf(
  { images, labels }: ProbeBatch,
  { imageShape: { height, width, channels } }: RunView['generator'],
): tf.Tensor4D {
  return tf.tensor4d(images, [labels.length, height, width, channels]);
}

function classNamesOf({ labels, perClass }: ClassBatch, names: readonly string[]): string[] {
  return Array.from(labels)
    .filter((_, i) => i % perClass === 0)
    .map((label) => names[label]!);
}

/** Frees the tensor. */
async function numbersOf(tensor: tf.Tensor): Promise<number[]> {
  const values = await tensor.data();
  tensor.dispose();
  return Array.from(values);
}

export const probe = defineComponent({
  slot: 'stabilizer',
  id: 'probe',
  summary:
    "Logs D's outputs on real, held-out and generated images, and how varied samples are within and between classes.",
  cites: ['arXiv:1809.11096'],
  options,
  create: ({ interval, classes, perClass }) => new Probe(interval, classes, perClass),
});
