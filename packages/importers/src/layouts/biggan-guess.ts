/** What names and shapes of a BigGAN-PyTorch state dict tell of its network. */
export interface BigGanGuess {
  readonly network: 'generator' | 'discriminator';
  /** The component whose options follow. */
  readonly component: 'biggan' | 'biggan-deep';
  /** Pixels a side. */
  readonly resolution: number;
  readonly imageChannels: number;
  readonly classes: number;
  readonly options: {
    readonly channels: number;
    readonly attention: readonly number[];
    readonly spectralNorm: boolean;
    readonly singularValues: number;
    /** Generators only. */
    readonly latentSize?: number;
    /** Only with a shared embedding. */
    readonly sharedSize?: number;
    /** Generators of BigGAN only. */
    readonly hierarchical?: boolean;
    readonly sharedEmbedding?: boolean;
    /** Discriminators of BigGAN only. */
    readonly wide?: boolean;
    /** BigGAN-deep only. */
    readonly depth?: number;
  };
}
