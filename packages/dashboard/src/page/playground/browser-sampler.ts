import { createGenerator, type CreateGeneratorOptions } from '@ganymede/browser';
import { pictureOf, type PlaygroundState } from './picture.js';
import type { SampledImages, Sampler } from './sampler.js';
import { along, arc } from './walks.js';

type Generator = Awaited<ReturnType<typeof createGenerator>>;

/** A generator that runs in this page. */
export async function browserSampler(address: string, options: CreateGeneratorOptions): Promise<Sampler> {
  const generator = await createGenerator(address, options);
  const { config, backend } = generator;
  const { name, classes, imageShape, trained, statistics, directions } = config;
  return {
    info: {
      name,
      classes,
      width: imageShape.width,
      height: imageShape.height,
      step: trained.step,
      weights: { kind: trained.weights },
      directions: directions.map((one) => one.name),
      tables: statistics && { convention: statistics.convention, thresholds: statistics.thresholds },
      engine: `${backend}, in this browser`,
      run: name,
      averageRun: null,
    },
    draw: (state, signal) => draw(generator, state, signal),
  };
}

async function draw(
  generator: Generator,
  state: PlaygroundState,
  signal: AbortSignal,
): Promise<SampledImages> {
  const { directions } = generator.config;
  const picture = pictureOf({ directions: directions.map(({ name }) => name) }, state);
  const { first, second, share, seed } = picture;
  const truncation = picture.truncation ? { truncation: picture.truncation } : {};
  const mixture = share > 0 && first !== second ? { [first]: 1 - share, [second]: share } : { [first]: 1 };
  const request = {
    mixture,
    seed,
    ...truncation,
    ...(picture.truncation && state.ofTruncation && { statistics: 'truncation' as const }),
  };
  if (picture.kind === 'grid') return generator.generate({ ...request, count: picture.count }, { signal });
  const draws = (of: number, count: number): Promise<Float32Array> =>
    generator.latents({ seed: of, count, ...truncation });
  const latents =
    picture.kind === 'walk'
      ? arc(await draws(seed, 1), await draws(picture.toSeed, 1), picture.steps)
      : along(
          await draws(seed, picture.images),
          directions.find(({ name }) => name === picture.direction)!.vector,
          picture.steps,
          picture.extent,
        );
  return generator.generate({ ...request, latents }, { signal });
}
