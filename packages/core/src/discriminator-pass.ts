import * as tf from '@tensorflow/tfjs';
import { GanymedeError } from './errors.js';
import { stillCall, type CallContext } from './layer.js';
import type { Discriminator } from './networks.js';
import type { ReplicaGroup } from './replicas.js';

/** What D makes of a batch of images. */
export interface DiscriminatorOutput {
  /** [B] */
  readonly logits: tf.Tensor1D;
  /** [B, size]; null where D shows none or nobody asked. */
  readonly features: tf.Tensor2D | null;
  /** By name, [B, h, w, c]; null where D shows none or nobody asked. */
  readonly maps: Readonly<Record<string, tf.Tensor4D>> | null;
}

/** How much of a pass is asked for; each has what those before it have. */
export type Shown = 'logits' | 'features' | 'maps';

/** One call of D, with as much of the features and maps that its logits are made from as is asked for and there. */
export function examine(
  discriminator: Discriminator,
  x: tf.Tensor4D,
  y: tf.Tensor1D,
  ctx: CallContext,
  shown: Shown,
): DiscriminatorOutput {
  const { features: halves } = discriminator;
  if (shown === 'logits' || !halves)
    return { logits: discriminator.discriminate(x, y, ctx), features: null, maps: null };
  if (shown === 'features' || !halves.maps) {
    const features = halves.extract(x, ctx);
    return { logits: halves.logits(features, y, ctx), features, maps: null };
  }
  const { features, maps } = halves.maps.extract(x, ctx);
  return { logits: halves.logits(features, y, ctx), features, maps };
}

export interface DiscriminatorPassSpec {
  readonly discriminator: Discriminator;
  /** [B, H, W, C], before augmentation. */
  readonly images: tf.Tensor4D;
  /** int32 [B]. */
  readonly labels: tf.Tensor1D;
  /** What D sees images through; null for none. */
  readonly augment: ((images: tf.Tensor4D) => tf.Tensor4D) | null;
  /** Over which batch statistics are taken, where the batch is spread. */
  readonly replicas?: ReplicaGroup | undefined;
}

/**
 * Images of one kind in a step and what D makes of them. Each value is computed when it is first asked for and kept for
 * whoever asks next, so that two objectives share a pass; where the loss had a pass of its own, it is that one.
 */
export class DiscriminatorPass {
  readonly images: tf.Tensor4D;
  readonly labels: tf.Tensor1D;
  private seenImages: tf.Tensor4D | null = null;
  private output: DiscriminatorOutput | null = null;
  private gradient: tf.Tensor4D | null = null;
  private readonly others = new Map<number, DiscriminatorOutput>();
  private readonly kept: tf.Tensor[] = [];

  /** As in training, but for state, which passes beside the loss's leave alone. */
  private readonly still: CallContext;

  constructor(private readonly spec: DiscriminatorPassSpec) {
    this.images = spec.images;
    this.labels = spec.labels;
    this.still = stillCall(spec.replicas);
  }

  /** The images as D sees them: augmented, [B, H, W, C]. */
  get seen(): tf.Tensor4D {
    return (this.seenImages ??= this.spec.augment ? this.keep(this.augment(this.images)) : this.images);
  }

  /** Other images as D would see them in the place of these. */
  augment(images: tf.Tensor4D): tf.Tensor4D {
    return this.spec.augment?.(images) ?? images;
  }

  /** [B] */
  get logits(): tf.Tensor1D {
    return this.examined('logits').logits;
  }

  /** What D's last layer makes the logits from, [B, size]. @throws NO_FEATURES */
  get features(): tf.Tensor2D {
    return this.examined('features').features!;
  }

  /** The maps that D shows, by name, [B, h, w, c]. @throws NO_MAPS */
  get maps(): Readonly<Record<string, tf.Tensor4D>> {
    return this.examined('maps').maps!;
  }

  /**
   * The gradient of each logit to its image, through the augmentation, [B, H, W, C]; differentiable in D's weights. Taken
   * of the sum of all logits, which is exact where images do not mix (no batch statistics in D).
   */
  get inputGradient(): tf.Tensor4D {
    return (this.gradient ??= this.keep(this.inputGradientAt(this.images)));
  }

  /** The same at other points, for the same labels and through the same augmentation; no state moves. */
  inputGradientAt(images: tf.Tensor4D): tf.Tensor4D {
    const logitSum = (x: tf.Tensor): tf.Tensor =>
      this.spec.discriminator.discriminate(this.augment(x as tf.Tensor4D), this.labels, this.still).sum();
    return tf.grad(logitSum)(images) as tf.Tensor4D;
  }

  /**
   * What D makes of other images in the place of these: the same labels, the same augmentation, no dropout; no state moves.
   * Asked again for the same tensor it answers from the same pass.
   */
  judge(images: tf.Tensor4D): DiscriminatorOutput {
    const known = this.others.get(images.id);
    if (known) return known;
    const seen = this.augment(images);
    const output = this.keepOutput(
      examine(this.spec.discriminator, seen, this.labels, this.still, 'features'),
    );
    this.others.set(images.id, output);
    return output;
  }

  /** What a pass elsewhere made of these images, which stays its owner's. */
  settle(output: DiscriminatorOutput, gradient: tf.Tensor4D | null = null): void {
    this.output = output;
    this.gradient = gradient;
  }

  /** Frees what was computed here. */
  dispose(): void {
    tf.dispose(this.kept);
    this.kept.length = 0;
  }

  private examined(shown: Shown): DiscriminatorOutput {
    const { discriminator } = this.spec;
    if (shown !== 'logits' && !discriminator.features) throw noFeatures();
    if (shown === 'maps' && !discriminator.features?.maps) throw noMaps();
    if (!this.output || (shown !== 'logits' && !this.output[shown])) {
      this.output = this.keepOutput(examine(discriminator, this.seen, this.labels, this.still, shown));
    }
    return this.output;
  }

  /** Out of reach of whatever `tidy` the asker is in. */
  private keep<T extends tf.Tensor>(tensor: T): T {
    this.kept.push(tf.keep(tensor));
    return tensor;
  }

  private keepOutput({ logits, features, maps }: DiscriminatorOutput): DiscriminatorOutput {
    for (const map of Object.values(maps ?? {})) this.keep(map);
    return { logits: this.keep(logits), features: features && this.keep(features), maps };
  }
}

function noFeatures(): GanymedeError {
  return new GanymedeError(
    'NO_FEATURES',
    'discriminator: expected one that shows its features, got one that does not',
    {
      kind: 'usage',
      hint: 'A discriminator shows them by `features`, its two halves; all built-in ones do.',
    },
  );
}

function noMaps(): GanymedeError {
  return new GanymedeError(
    'NO_MAPS',
    'discriminator: expected one that shows its maps, got one that does not',
    {
      kind: 'usage',
      hint: 'A discriminator shows them by `features.maps`; of the built-in ones fastgan does.',
    },
  );
}
