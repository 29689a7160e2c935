import type * as tf from '@tensorflow/tfjs';
import {
  GanymedeError,
  stillCall,
  trainingCallOver,
  type CallContext,
  type NamedVariables,
  type NetworkName,
  type ObjectiveNeed,
  type ObjectiveStep,
} from '@ganymede/core';
import { DiscriminatorPass } from '@ganymede/core/discriminator-pass';
import { judge } from './judge.js';
import type { OpenObjective } from './open-objectives.js';
import type { TrainingRecipe } from './recipe.js';
import { changedTo } from './terms.js';

/** One micro-batch, as tensors. What no part of the recipe asks for is not there. */
export interface StepInputs {
  readonly real?: tf.Tensor4D; // [B, H, W, C] in [-1, 1]
  readonly realLabels?: tf.Tensor1D; // int32 [B]
  readonly z?: tf.Tensor2D; // [B, latentSize]
  readonly fakeLabels?: tf.Tensor1D; // int32 [B]
  readonly augmentReal?: tf.Tensor2D;
  readonly augmentFake?: tf.Tensor2D;
  readonly dropoutReal?: tf.Tensor2D; // [B, noiseSize]
  readonly dropoutFake?: tf.Tensor2D; // [B, noiseSize]
  /** `draw/<stream>`: [B, ...shape]. */
  readonly [draw: `draw/${string}`]: tf.Tensor | undefined;
}

/** What a step computes with: the part of the recipe that its loss depends on. */
export type StepRecipe = Pick<
  TrainingRecipe,
  'generator' | 'discriminator' | 'loss' | 'augmentation' | 'splitDiscriminator' | 'replicas' | 'statistics'
>;

/** One micro-batch of one network's step, as penalties and objectives see it. */
export class Step implements ObjectiveStep {
  private latents: tf.Tensor2D | null = null;
  private fakePass: DiscriminatorPass | null = null;
  private realPass: DiscriminatorPass | null = null;
  private readonly training: CallContext;
  /** State does not move in passes beside the loss's. */
  private readonly still: CallContext;

  constructor(
    private readonly recipe: StepRecipe,
    readonly network: NetworkName,
    readonly weights: NamedVariables,
    private readonly inputs: StepInputs,
    private readonly objectives: readonly OpenObjective[] = [],
  ) {
    this.training = trainingCallOver(this.statistics);
    this.still = stillCall(this.statistics);
  }

  get replicas(): StepRecipe['replicas'] {
    return this.recipe.replicas;
  }

  get statistics(): StepRecipe['statistics'] {
    return this.recipe.statistics ?? this.recipe.replicas;
  }

  get generator(): StepRecipe['generator'] {
    return this.recipe.generator;
  }

  get discriminator(): StepRecipe['discriminator'] {
    return this.recipe.discriminator;
  }

  get z(): tf.Tensor2D {
    return this.latents ?? this.input('z');
  }

  get fakeLabels(): tf.Tensor1D {
    return this.input('fakeLabels');
  }

  /** G's running statistics and u vectors move when it is first asked for, as in the reference. */
  get fake(): DiscriminatorPass {
    return (this.fakePass ??= this.pass(
      this.generator.generate(this.changedLatents(), this.fakeLabels, this.training),
      this.fakeLabels,
      this.inputs.augmentFake,
    ));
  }

  get real(): DiscriminatorPass {
    return (this.realPass ??= this.pass(
      this.changedReal(),
      this.input('realLabels'),
      this.inputs.augmentReal,
    ));
  }

  /** Makes what both kinds of images are, so that it is done before a gradient is recorded. */
  makeImages(): void {
    this.realPass = this.fake && this.real;
  }

  generate(z: tf.Tensor2D): tf.Tensor4D {
    return this.generator.generate(z, this.fakeLabels, this.still);
  }

  draw(stream: string): tf.Tensor {
    const drawn = this.inputs[`draw/${stream}`];
    if (drawn) return drawn;
    throw new GanymedeError(
      'STREAM_NOT_DRAWN',
      `${this.network} step: expected numbers of the stream ${stream}, got none`,
      { kind: 'failed', hint: 'Name the stream in `draws` for this network.' },
    );
  }

  /**
   * D's pass that the loss is taken from, which moves its state: over fake and real images together, or one after the
   * other; in G's step over fake images, and over real ones, where a loss or an objective needs them, without a move.
   */
  judge(needs: ReadonlySet<ObjectiveNeed>): void {
    const { fake, recipe } = this;
    const { dropoutFake, dropoutReal } = this.inputs;
    const shown = needs.has('maps') ? 'maps' : needs.has('features') ? 'features' : 'logits';
    const judged = { pass: fake, noise: dropoutFake, gradient: needs.has('gradientAtFake') };
    if (this.network === 'generator') {
      judge(recipe.discriminator, [judged], shown, this.training);
      if (!needs.has('realForGenerator')) return;
      judge(
        recipe.discriminator,
        [{ pass: this.real, noise: dropoutReal, gradient: false }],
        shown,
        this.still,
      );
      return;
    }
    const other = { pass: this.real, noise: dropoutReal, gradient: needs.has('gradientAtReal') };
    for (const together of recipe.splitDiscriminator ? [[judged], [other]] : [[judged, other]])
      judge(recipe.discriminator, together, shown, this.training);
  }

  dispose(): void {
    this.fakePass?.dispose();
    this.realPass?.dispose();
  }

  private changedLatents(): tf.Tensor2D {
    for (const { name, instance } of this.objectives) {
      if (!instance.changeLatents) continue;
      this.latents = changedTo(`objective ${name}`, 'latents', this.z, instance.changeLatents(this));
    }
    return this.z;
  }

  private changedReal(): tf.Tensor4D {
    return this.objectives.reduce<tf.Tensor4D>(
      (real, { name, instance }) =>
        instance.changeReal
          ? changedTo(`objective ${name}`, 'real images', real, instance.changeReal(real, this))
          : real,
      this.input('real'),
    );
  }

  private pass(images: tf.Tensor4D, labels: tf.Tensor1D, drawn: tf.Tensor2D | undefined): DiscriminatorPass {
    const { augmentation, discriminator } = this.recipe;
    const augment =
      augmentation && drawn
        ? (x: tf.Tensor4D): tf.Tensor4D =>
            changedTo('augmentation', 'images', x, augmentation.apply(x, drawn))
        : null;
    return new DiscriminatorPass({ discriminator, images, labels, augment, replicas: this.statistics });
  }

  private input<K extends 'real' | 'realLabels' | 'z' | 'fakeLabels'>(name: K): NonNullable<StepInputs[K]> {
    const tensor = this.inputs[name];
    if (tensor) return tensor;
    throw new GanymedeError(
      name.startsWith('real') ? 'STEP_WITHOUT_REAL' : 'STEP_WITHOUT_LATENTS',
      `${this.network} step: expected ${name}, got none`,
      {
        kind: 'failed',
        hint: name.startsWith('real')
          ? "An objective that looks at real images in G's step says so in `needs`: realForGenerator."
          : 'A penalty that looks at more than weights does not say `ofWeights`.',
      },
    );
  }
}
