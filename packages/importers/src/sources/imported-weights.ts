import type { HostTensors } from '@ganymede/checkpoints';
import type { TargetShapes } from '../layouts/convert-weights.js';
import type { ClassList } from '@ganymede/classes';
import type { ConfigDocument } from '@ganymede/config';

/** The networks that weights can be of; `ema` is the moving average of the generator. */
export const networkNames = ['generator', 'discriminator', 'ema'] as const;
export type NetworkName = (typeof networkNames)[number];

/** Weights and state of one network. */
export interface NetworkWeights {
  /** The file, for messages. */
  readonly path: string;
  /** In the names and layouts of networks here. */
  readonly tensors: HostTensors;
  /**
   * The tensors that a network of these shapes takes; state that the source does not know of (standing statistics) is
   * not among them.
   * @throws WEIGHTS_MISMATCH listing every missing, unexpected and misshapen name, as the source has them
   */
  fit(target: TargetShapes): HostTensors;
}

/** What an optimizer has kept of one network. */
export interface Moments {
  /** Updates done. */
  readonly updates: number;
  /** By slot and weight, e.g. `v.blocks.0.conv1.weight`; empty where only the count is known. */
  readonly slots: HostTensors;
}

/** Weights that were trained elsewhere or by another run, and all that is known of them. */
export interface ImportedWeights {
  /** The layout they came in, in words. */
  readonly format: string;
  /** The networks and, as far as they are known, the recipe: keys of a config, without the data. */
  readonly document: ConfigDocument;
  /** The document is a whole resolved config. */
  readonly complete: boolean;
  readonly classes: ClassList;
  /** Generator steps done. */
  readonly step: number;
  readonly networks: Readonly<Partial<Record<NetworkName, NetworkWeights>>>;
  readonly moments: Readonly<Partial<Record<'generator' | 'discriminator', Moments>>>;
  /** Tensor files that the checkpoint keeps besides, by name. */
  readonly extraFiles: Readonly<Record<string, HostTensors>>;
  /** What the user should know: what was assumed, what was left out. */
  readonly notes: readonly string[];
}
