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
import { batchOf, batchOfClasses, type ProbeBatch } from './probe-batch.js';
import { round } from './round.js';
import { withinClassDistance } from './within-class-distance.js';

type Observation = Awaited<ReturnType<Stabilizer['observe']>>;

/** What `probe` adds to the events of a run. */
export interface ProbeEvent {
  readonly probe: {
    /** Means of D's outputs on images that are trained on, that are held out, and that G makes. */
    readonly logitReal: number;
    readonly logitHeldOut?: number;
    readonly logitFake: number;
    /** Distance between samples of a class relative to that of real images: 1 is as varied as the data. */
    readonly spread?: number;
    /** The same of each sample to the most similar one. */
    readonly nearest?: number;
  };
}

/** Batch statistics as in training, and nothing moves. */
const looking: CallContext = { statistics: 'batch', updateState: false };

interface Parts {
  readonly compiled: CompiledStep;
  readonly names: readonly string[];
  readonly real: ProbeBatch;
  readonly heldOut: ProbeBatch | null;
  readonly z: Float32Array;
}

/**
 * Looks at both networks with the same images and latents at every interval: at D's outputs on images that it trains on
 * and on images that it never sees, which drift apart as D memorizes (arXiv:1809.11096, section 4.2), and at how far G's
 * samples of one class lie from each other. It moves nothing and draws from a stream of its own.
 */
export class Probe implements Stabilizer {
  readonly state = null;
  private parts: Parts | null = null;

  /** @param classes, perClass - images that are looked at; at most so many classes, evenly over all of them */
  constructor(
    readonly interval = 50,
    private readonly classes = 8,
    private readonly perClass = 8,
  ) {}

  async observe(
    run: Pick<RunView, 'backend' | 'generator' | 'discriminator' | 'prior' | 'training' | 'heldOut'>,
  ): Promise<Observation> {
    this.parts ??= await this.prepare(run);
    const { compiled, names, real, heldOut, z } = this.parts;
    const { height, width, channels } = run.generator.imageShape;
    const imagesOf = ({ images, labels }: ProbeBatch): tf.Tensor4D =>
      tf.tensor4d(images, [labels.length, height, width, channels]);
    const inputs: NamedTensors = {
      z: tf.tensor2d(z, [real.labels.length, run.generator.latentSize]),
      real: imagesOf(real),
      labels: tf.tensor1d(real.labels, 'int32'),
      ...(heldOut && { heldOut: imagesOf(heldOut), heldOutLabels: tf.tensor1d(heldOut.labels, 'int32') }),
    };
    try {
      const { numbers } = await compiled.run(inputs);
      const values = await numbers!.data();
      numbers!.dispose();
      const found = Object.fromEntries(names.map((name, i) => [name, values[i]!]));
      return { action: { kind: 'continue' }, event: { ...eventOf(found) } };
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
    const names: string[] = [];
    const compiled = backend.compile(
      (inputs) => {
        const { z, real, labels, heldOut, heldOutLabels } = inputs as Record<string, tf.Tensor>;
        const y = labels as tf.Tensor1D;
        const fake = generator.generate(z as tf.Tensor2D, y, looking);
        const judge = (x: tf.Tensor | undefined, of: tf.Tensor1D): tf.Scalar =>
          tf.mean(discriminator.discriminate(x as tf.Tensor4D, of, looking));
        const numbers: Record<string, tf.Scalar> = {
          logitReal: judge(real, y),
          logitFake: judge(fake, y),
          ...(heldOut && { logitHeldOut: judge(heldOut, heldOutLabels as tf.Tensor1D) }),
        };
        if (ofClasses) {
          const data = withinClassDistance(real as tf.Tensor4D, this.perClass);
          const made = withinClassDistance(fake, this.perClass);
          numbers['spread'] = tf.div(made.mean, data.mean);
          numbers['nearest'] = tf.div(made.nearest, data.nearest);
        }
        names.splice(0, names.length, ...Object.keys(numbers));
        return { numbers: tf.stack(Object.values(numbers)) };
      },
      { name: 'probe', precision: 'float32' },
    );
    const random = RandomStream.create(0, 'probe');
    const count = real.labels.length;
    return {
      compiled,
      names,
      real,
      heldOut: heldOut && (await batchOf(heldOut, count)),
      z: prior.sample(count, generator.latentSize, random),
    };
  }

  /** Nothing is kept between observations. */
  restore(): void {}

  dispose(): void {
    this.parts?.compiled.dispose();
    this.parts = null;
  }
}

function eventOf(found: Record<string, number>): ProbeEvent {
  const rounded = Object.entries(found).map(([name, value]) => [name, round(value)]);
  return { probe: Object.fromEntries(rounded) as ProbeEvent['probe'] };
}

export const probe = defineComponent({
  slot: 'stabilizer',
  id: 'probe',
  summary: "Logs D's outputs on real, held-out and generated images, and how varied samples of a class are.",
  cites: ['arXiv:1809.11096'],
  options: z.strictObject({
    interval: z.int().min(1).default(50).describe('steps between looks'),
    classes: z.int().min(1).default(8).describe('at most so many classes, evenly over all of them'),
    perClass: z.int().min(2).default(8).describe('images of each'),
  }),
  create: ({ interval, classes, perClass }) => new Probe(interval, classes, perClass),
});
