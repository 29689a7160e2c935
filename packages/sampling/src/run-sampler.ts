import {
  disposeNetwork,
  RandomStream,
  type CallContext,
  type ComponentChoice,
  type Dataset,
  type Discriminator,
  type DrawnLatents,
  type LabelledImages,
  type Prior,
  type Sampler,
  type SamplerCaution,
  type Truncation,
} from '@ganymede/core';
import { hasData } from '@ganymede/config';
import { openDiscriminator, type OpenedGenerator } from '@ganymede/runs';
import { noImagesToCalibrate } from './errors.js';
import { openRealImages } from './real-images.js';
import { sharedPieces } from './shared-pieces.js';

/** A sampler by its id, with every option that it draws with. */
export type SamplerManifest = ComponentChoice;

/** What a draw needs besides the run. */
export interface SamplerDraw {
  /** Where latents come from: the prior, or a truncation, which the sampler then chooses among. */
  readonly source: Prior | Truncation;
  /** How the generator is called. */
  readonly call: CallContext;
  /** Images at a time; what is drawn does not depend on it, but for rounding. */
  readonly batchSize: number;
  readonly seed: number;
  readonly onProgress?: ((text: string, done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Latents of a sampler, all that is to be said of them, and how they were drawn. */
export type SampledLatents = Required<DrawnLatents> & { readonly sampler: SamplerManifest };

/** A component of slot `sampler` with the discriminator that a run was trained with. */
export class RunSampler {
  private constructor(
    readonly manifest: SamplerManifest,
    private readonly sampler: Sampler,
    private readonly opened: OpenedGenerator,
    private readonly discriminator: Discriminator,
  ) {}

  /**
   * @param opened - the run's generator; it stays the caller's to close, after the sampler
   * @throws UNKNOWN_COMPONENT, BAD_OPTION, NO_DISCRIMINATOR, WEIGHTS_MISMATCH
   */
  static async open(run: string, opened: OpenedGenerator, choice: ComponentChoice): Promise<RunSampler> {
    const { container } = opened;
    const sampler = container.resolve('sampler', choice, 'sampler');
    const { options } = container.check('sampler', choice, 'sampler');
    const discriminator = await openDiscriminator(run, opened);
    return new RunSampler({ ...options, use: choice.use }, sampler, opened, discriminator);
  }

  /**
   * A latent for each label, by what the discriminator says of images. The generator's statistics must be those that its
   * images are made with. The processes of a group draw together, and each has all of it.
   * @param labels - [N]
   * @throws RUN_WITHOUT_DATA, CLASSES_DIFFER, and what the sampler and the data throw
   */
  async draw(labels: Int32Array, draw: SamplerDraw): Promise<SampledLatents> {
    const { opened, discriminator, manifest } = this;
    const opening: { close(): Promise<void> }[] = [];
    const cautions: SamplerCaution[] = [];
    try {
      const open = await this.sampler.open({
        ...draw,
        onProgress: (text, done, total) => draw.onProgress?.(text, done, total),
        backend: opened.backend,
        share: sharedPieces(opened.group),
        generator: opened.generator,
        discriminator,
        realImages: async (count) => {
          const real = await this.realImages(draw);
          opening.push(real);
          if (!real.isHeldOut) cautions.push(seenImages);
          return labelledImages(real.images, count, draw.seed, real.isHeldOut);
        },
      });
      try {
        const { z, report, cautions: own = [] } = await open.draw(labels);
        return { z, report, cautions: [...cautions, ...own], sampler: manifest };
      } finally {
        open.dispose();
      }
    } finally {
      for (const one of opening) await one.close();
    }
  }

  /** Images of the run that D was not trained on, where there are such. */
  private async realImages({ onProgress }: SamplerDraw): Promise<{
    readonly images: Dataset;
    readonly isHeldOut: boolean;
    close(): Promise<void>;
  }> {
    const { config } = this.opened;
    if (!hasData(config.data)) throw noImagesToCalibrate(this.manifest.use);
    const real = await openRealImages(this.opened, {
      onProgress: (done, total) => onProgress?.('decoding images', done, total),
    });
    const { training, heldOut } = real;
    return {
      images: heldOut ?? training,
      isHeldOut: heldOut !== null,
      close: () => real.close(),
    };
  }

  dispose(): void {
    disposeNetwork(this.discriminator);
  }
}

const seenImages: SamplerCaution = {
  code: 'sampler-seen-images',
  text: 'the sampler knows D by images that D was trained on, for the run holds none out: D may tell those from generated ones better than new images',
};

/** Some of a dataset's images, by chance. */
function labelledImages(dataset: Dataset, most: number, seed: number, isHeldOut: boolean): LabelledImages {
  const order = RandomStream.create(seed, 'sampler-real').permutation(dataset.length).subarray(0, most);
  const all = dataset.labels();
  return {
    labels: Int32Array.from(order, (index) => all[index]!),
    source: {
      calibrationData: dataset.name,
      calibrationFingerprint: dataset.fingerprint,
      calibrationHeldOut: isHeldOut,
    },
    read: (start, count) => dataset.read(order.subarray(start, start + count)),
  };
}
