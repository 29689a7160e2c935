import { createGenerator, type CreateGeneratorOptions } from '@ganymede/browser';
import type { Sampler } from './sampler.js';

/** A generator that runs in this page. */
export async function browserSampler(address: string, options: CreateGeneratorOptions): Promise<Sampler> {
  const generator = await createGenerator(address, options);
  const { config, latentSize, backend } = generator;
  const { name, classes, imageShape, trained, statistics, directions } = config;
  return {
    info: {
      name,
      classes,
      width: imageShape.width,
      height: imageShape.height,
      step: trained.step,
      weights: trained.weights,
      latentSize,
      directions,
      tables: statistics && { convention: statistics.convention, thresholds: statistics.thresholds },
      engine: `${backend}, in this browser`,
      run: name,
    },
    generate: (request, signal) => generator.generate(request, { signal }),
    latents: (request) => generator.latents(request),
  };
}
