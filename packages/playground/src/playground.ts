import { directionNamed, directionsOf } from '@ganymede/analysis';
import { checkpointSteps } from '@ganymede/checkpoints';
import { isGanymedeError, type PluginHost } from '@ganymede/core';
import { possibleAverages, type PossibleAverage } from '@ganymede/posthoc-ema';
import { emaSnapshotSteps, noCheckpoint } from '@ganymede/runs';
import { drawPaths, drawSamples } from '@ganymede/sampling';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { HeldGenerator, keyOf, type GeneratorPlace, type Weights } from './held-generator.js';
import type { Picture } from './picture.js';

/** Which generator is wanted. */
export interface WantedGenerator {
  /** Folder of the run. */
  readonly run: string;
  /** Of a checkpoint; null for the newest. An average says its own. */
  readonly step: number | null;
  readonly weights: Weights;
}

/** What a page has to know before it asks for pictures. */
export interface PlaygroundAbout {
  readonly step: number;
  /** Those that the images are made with: the trained ones where the run has no moving average. */
  readonly weights: Weights;
  readonly hasAverage: boolean;
  readonly hasTrained: boolean;
  /** Snapshots of averages, which others are rebuilt from. */
  readonly snapshots: number;
  readonly classes: readonly string[];
  readonly width: number;
  readonly height: number;
  /** Names of the directions that `analyze directions` found. */
  readonly directions: readonly string[];
  /** What makes the images, in words. */
  readonly engine: string;
  /** Of the run, in words: what could not be read and is left out. */
  readonly problem: string | null;
}

/** A picture as numbers. */
export interface DrawnPicture {
  /** uint8 [N, H, W, C]. */
  readonly images: Uint8Array;
  readonly count: number;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly milliseconds: number;
}

/**
 * Pictures of runs on request, by the code of `sample` and `interpolate`: the same bytes as those of the same options. One
 * generator at a time stays open, and is opened again where its files are others. Needs no lock and changes nothing. Requests come
 * one after the other.
 */
export class Playground {
  private held: HeldGenerator | null = null;

  constructor(private readonly host: PluginHost) {}

  /** @throws RUN_NOT_FOUND, NO_CHECKPOINT, CHECKPOINT_DAMAGED, and as `openGenerator` */
  async about(wanted: WantedGenerator): Promise<PlaygroundAbout> {
    const { opened } = await this.hold(wanted);
    const { config, classes, shape, step, isAverage, folder, description } = opened;
    const { run, weights } = wanted;
    const directions = await directionsOf(run).catch((error: unknown) => {
      if (isGanymedeError(error)) return error;
      throw error;
    });
    return {
      step,
      weights: isAverage ? weights : { kind: 'trained' },
      hasAverage: config.ema !== null,
      hasTrained: existsSync(join(folder, 'generator.safetensors')),
      snapshots: (await emaSnapshotSteps(run)).length,
      classes,
      width: shape.width,
      height: shape.height,
      directions: directions instanceof Error ? [] : directions.map(({ name }) => name),
      engine: `${description.name} (${description.device})`,
      problem: directions instanceof Error ? directions.message : null,
    };
  }

  /** Lengths of averages that a run's snapshots give. @throws as `possibleAverages` */
  lengths(run: string): Promise<readonly PossibleAverage[]> {
    return possibleAverages(run);
  }

  /** @throws as `about`, `sample` and `interpolate`; UNKNOWN_DIRECTION */
  async draw(wanted: WantedGenerator, picture: Picture): Promise<DrawnPicture> {
    const { opened, maker } = await this.hold(wanted);
    const { first, second, share, truncation, seed } = picture;
    const options = {
      ...(share > 0
        ? { mixture: first === second ? { [first]: 1 } : { [first]: 1 - share, [second]: share } }
        : { classes: [first] }),
      ...(truncation && { truncation: { use: truncation.convention, threshold: truncation.threshold } }),
      seed,
    };
    const { clock } = this.host;
    const start = clock.monotonic();
    const { images, shape } =
      picture.kind === 'grid'
        ? await drawSamples(opened, maker, { ...options, count: picture.count, statistics: 'running' })
        : await drawPaths(opened, maker, {
            ...options,
            varying: 'latent',
            steps: picture.steps,
            ...(picture.kind === 'walk'
              ? { toSeed: picture.toSeed }
              : { paths: picture.images, along: await this.along(wanted.run, picture) }),
          });
    const { width, height, channels } = shape;
    const count = images.length / (width * height * channels);
    return { images, count, width, height, channels, milliseconds: clock.monotonic() - start };
  }

  async close(): Promise<void> {
    const { held } = this;
    this.held = null;
    await held?.close();
  }

  private async along(run: string, { direction, extent }: Extract<Picture, { readonly kind: 'direction' }>) {
    const { vector } = await directionNamed(run, direction);
    return { vector, extent };
  }

  /** The wanted generator, opened unless it is the one that is held, and its files the same. */
  private async hold(wanted: WantedGenerator): Promise<HeldGenerator> {
    const place = await placeOf(wanted);
    const { held } = this;
    if (held && held.key === (await keyOf(place))) return held;
    await this.close();
    return (this.held = await HeldGenerator.open(this.host, place));
  }
}

/** @throws NO_CHECKPOINT */
async function placeOf({ run, step, weights }: WantedGenerator): Promise<GeneratorPlace> {
  if (weights.kind === 'average') return { run, step: weights.step, weights };
  const newest = step ?? (await checkpointSteps(run)).at(-1);
  if (newest !== undefined) return { run, step: newest, weights };
  throw noCheckpoint(run, 0);
}
