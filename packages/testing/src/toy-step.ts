import {
  disposeNetwork,
  GanymedeError,
  RandomStream,
  trainingCall,
  weightsOf,
  type Discriminator,
  type Draw,
  type Generator,
  type NetworkName,
  type ObjectiveNeed,
  type ObjectiveStep,
} from '@ganymede/core';
import { DiscriminatorPass } from '@ganymede/core/discriminator-pass';
import * as tf from '@tensorflow/tfjs';

export interface ToyStepSpec {
  readonly network: NetworkName;
  readonly generator: Generator;
  readonly discriminator: Discriminator;
  /** [B, H, W, C] */
  readonly real: tf.Tensor4D;
  /** Generated images; G's of `z` where it is absent. */
  readonly fake?: tf.Tensor4D;
  readonly realLabels: tf.Tensor1D;
  readonly fakeLabels: tf.Tensor1D;
  /** [B, latentSize] */
  readonly z: tf.Tensor2D;
  /** What is drawn, from streams of seed 5. */
  readonly draws?: readonly Draw[];
  /** Where they are given, G's step has real images only if `realForGenerator` is among them, as in training. */
  readonly needs?: readonly ObjectiveNeed[];
  readonly augment?: (images: tf.Tensor4D) => tf.Tensor4D;
}

/** A step over tensors that are given, for tests of penalties and objectives; no state moves. */
export class ToyStep implements ObjectiveStep {
  readonly network: NetworkName;
  readonly generator: Generator;
  readonly discriminator: Discriminator;
  readonly z: tf.Tensor2D;
  readonly fakeLabels: tf.Tensor1D;
  private readonly drawn: Readonly<Record<string, tf.Tensor>>;
  private realPass: DiscriminatorPass | null = null;
  private fakePass: DiscriminatorPass | null = null;
  private made: tf.Tensor4D | null = null;

  constructor(private readonly spec: ToyStepSpec) {
    this.network = spec.network;
    this.generator = spec.generator;
    this.discriminator = spec.discriminator;
    this.z = spec.z;
    this.fakeLabels = spec.fakeLabels;
    this.drawn = this.drawAll();
  }

  get weights(): ReturnType<typeof weightsOf> {
    return weightsOf(this.network === 'generator' ? this.generator : this.discriminator);
  }

  get real(): DiscriminatorPass {
    const { discriminator, real: images, realLabels: labels, augment = null, needs } = this.spec;
    if (this.network === 'generator' && needs && !needs.includes('realForGenerator')) {
      throw new GanymedeError('STEP_WITHOUT_REAL', 'generator step: expected real, got none', {
        kind: 'failed',
        hint: "What looks at real images in G's step says so in `needs`: realForGenerator.",
      });
    }
    return (this.realPass ??= new DiscriminatorPass({ discriminator, images, labels, augment }));
  }

  get fake(): DiscriminatorPass {
    if (this.fakePass) return this.fakePass;
    const { discriminator, fake, fakeLabels: labels, augment = null } = this.spec;
    const images = fake ?? (this.made = tf.keep(this.generate(this.z)));
    return (this.fakePass = new DiscriminatorPass({ discriminator, images, labels, augment }));
  }

  generate(z: tf.Tensor2D): tf.Tensor4D {
    return this.generator.generate(z, this.fakeLabels, { ...trainingCall, updateState: false });
  }

  draw(stream: string): tf.Tensor {
    const drawn = this.drawn[stream];
    if (drawn) return drawn;
    throw new GanymedeError('STREAM_NOT_DRAWN', `toy step: expected numbers of ${stream}, got none`, {
      kind: 'failed',
    });
  }

  /** Forgets what D and G made of the images, as where weights have moved or a gradient begins. */
  renew(): this {
    this.realPass?.dispose();
    this.fakePass?.dispose();
    this.made?.dispose();
    this.realPass = this.fakePass = this.made = null;
    return this;
  }

  /** Frees all: passes, draws, the tensors that were given, and both networks. */
  dispose(): void {
    const { real, fake, realLabels, fakeLabels, z, generator, discriminator } = this.spec;
    this.renew();
    tf.dispose([this.drawn, real, fake ? [fake] : [], realLabels, fakeLabels, z]);
    [generator, discriminator].forEach(disposeNetwork);
  }

  private drawAll(): Record<string, tf.Tensor> {
    const { generator, draws = [], z } = this.spec;
    const { height, width, channels } = generator.imageShape;
    const shapes = { image: [height, width, channels], latent: [generator.latentSize] };
    return Object.fromEntries(
      draws.map(({ stream, distribution, shape }) => {
        const of = [z.shape[0], ...(typeof shape === 'string' ? shapes[shape] : shape)];
        const random = RandomStream.create(5, stream);
        const count = of.reduce((a, b) => a * b, 1);
        const values = distribution === 'uniform' ? random.uniforms(count) : random.normals(count);
        return [stream, tf.tensor(values, of)];
      }),
    );
  }
}
