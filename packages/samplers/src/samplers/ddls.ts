import {
  defineComponent,
  evaluationCall,
  type CompiledStep,
  type NamedTensors,
  type DrawnLatents,
  type OpenSampler,
  type RandomStream,
  type Sampler,
  type SamplerReport,
  type SamplerSpec,
} from '@ganymede/core';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { noDensity, samplerDiverged } from '../errors.js';
import { calibrationOptions, openCalibrated, type CalibratedLogits } from './calibrate.js';
import { latentStreams } from './latent-streams.js';
import type { LogitReader } from './logit-reader.js';
import { batchedRows } from './shared-rows.js';

const options = z.strictObject({
  stepSize: z.number().positive().default(0.01).describe('epsilon of the formula'),
  steps: z.int().positive().default(1000).describe('of each chain'),
  noise: z
    .number()
    .min(0)
    .default(1)
    .describe('times sqrt(epsilon): 1 samples the distribution, less goes downhill in energy'),
  ...calibrationOptions,
});

type DdlsOptions = z.output<typeof options>;

/**
 * Discriminator driven latent sampling (arXiv:2003.06060, algorithm 1): Langevin dynamics in the latent space,
 *
 *     E(z) = -log p(z) - d(G(z))
 *     z <- z - epsilon / 2 grad E(z) + noise sqrt(epsilon) n,   n ~ N(0, I)
 *
 * from a draw of the prior p, with the log-odds d that a calibrated discriminator gives of the image with its own class. As
 * epsilon goes to 0 the chain's distribution is p(z) exp(d(G(z))), whose images are those of the data where d is right. Steps
 * are not corrected by Metropolis-Hastings. The defaults of step size and steps are our own, not the paper's.
 */
export class DiscriminatorLangevin implements Sampler {
  constructor(private readonly options: DdlsOptions) {}

  async open(spec: SamplerSpec): Promise<OpenSampler> {
    const { source } = spec;
    if (!source.logDensity)
      throw noDensity('ddls', 'convention' in source ? `truncation ${source.convention}` : 'another prior');
    return openCalibrated(
      spec,
      this.options,
      0,
      (reader, calibrated) => new OpenLangevin(spec, reader, calibrated, this.options),
    );
  }
}

class OpenLangevin implements OpenSampler {
  private readonly step: CompiledStep;

  constructor(
    private readonly spec: SamplerSpec,
    private readonly reader: LogitReader,
    private readonly calibrated: CalibratedLogits,
    private readonly options: DdlsOptions,
  ) {
    this.step = spec.backend.compile(langevinStep(spec, calibrated.calibration.slope, options), {
      name: 'sampler-langevin',
      precision: 'float32',
    });
  }

  async draw(labels: Int32Array): Promise<DrawnLatents> {
    const { batchSize, seed, generator, source, onProgress, share } = this.spec;
    const { latentSize } = generator;
    const streams = latentStreams(seed, 'sampler-ddls', labels.length);
    const start = new Float32Array(labels.length * latentSize);
    streams.forEach((stream, i) => start.set(source.sample(1, latentSize, stream), i * latentSize));
    const rows = labels.length;
    const end = await batchedRows(share, { rows, batchSize, width: latentSize }, async (first, count) => {
      const moved = await this.chains(start, labels, streams, { first, count });
      onProgress?.('drawing by Langevin steps', first + count, rows);
      return moved;
    });
    const report = await this.report(start, end, labels);
    return { z: end, report, cautions: this.calibrated.cautions };
  }

  /** The last latents of some chains, in the first rows of [batchSize x latentSize]. */
  private async chains(
    start: Float32Array,
    labels: Int32Array,
    streams: readonly RandomStream[],
    { first, count }: { readonly first: number; readonly count: number },
  ): Promise<Float32Array> {
    const { batchSize, generator, signal } = this.spec;
    const { latentSize } = generator;
    const size = batchSize * latentSize;
    const padded = new Float32Array(size);
    padded.set(start.subarray(first * latentSize, (first + count) * latentSize));
    const labelsOfRows = new Int32Array(batchSize);
    labelsOfRows.set(labels.subarray(first, first + count));
    const y = tf.tensor1d(labelsOfRows, 'int32');
    let latents: tf.Tensor = tf.tensor2d(padded, [batchSize, latentSize]);
    try {
      for (let step = 0; step < this.options.steps; step++) {
        signal?.throwIfAborted();
        const values = new Float32Array(size);
        for (let row = 0; row < count; row++)
          values.set(streams[first + row]!.normals(latentSize), row * latentSize);
        const noise = tf.tensor2d(values, [batchSize, latentSize]);
        const inputs = { z: latents, y, noise };
        const { z: moved } = await this.step.run(inputs).finally(() => noise.dispose());
        latents.dispose();
        latents = moved!;
      }
      const moved = await latents.data<'float32'>();
      if (!moved.subarray(0, count * latentSize).every(Number.isFinite))
        throw samplerDiverged('ddls', this.options.steps);
      return moved;
    } finally {
      tf.dispose([latents, y]);
    }
  }

  private async report(start: Float32Array, end: Float32Array, labels: Int32Array): Promise<SamplerReport> {
    const { slope, intercept } = this.calibrated.calibration;
    const meanLogOdds = async (z: Float32Array): Promise<number> => {
      const logits = await this.reader.generated(z, labels);
      return (slope * logits.reduce((sum, logit) => sum + logit, 0)) / Math.max(1, labels.length) + intercept;
    };
    return {
      ...this.calibrated.report,
      logOddsBefore: await meanLogOdds(start),
      logOddsAfter: await meanLogOdds(end),
    };
  }

  dispose(): void {
    this.step.dispose();
    this.reader.dispose();
  }
}

/**
 * One step as a pure function of tensors: `z` and `noise` [B, latentSize], labels `y` [B], to the moved `z`.
 * @param slope - of the calibration; its intercept has no gradient
 */
export function langevinStep(
  { generator, discriminator, source, call }: Omit<SamplerSpec, 'backend'>,
  slope: number,
  { stepSize, noise: temperature }: Pick<DdlsOptions, 'stepSize' | 'noise'>,
): (inputs: NamedTensors) => NamedTensors {
  return ({ z, y, noise }) => {
    const labels = y as tf.Tensor1D;
    const logDensity = (latents: tf.Tensor): tf.Tensor => {
      const images = generator.generate(latents as tf.Tensor2D, labels, call);
      const logits = discriminator.discriminate(images, labels, evaluationCall);
      // Rows do not touch each other, so the gradient of the sum is that of each.
      return source.logDensity!(latents as tf.Tensor2D)
        .add(logits.mul(slope))
        .sum();
    };
    const uphill = tf.grad(logDensity)(z!);
    return { z: z!.add(uphill.mul(stepSize / 2)).add(noise!.mul(temperature * Math.sqrt(stepSize))) };
  };
}

export const ddls = defineComponent({
  slot: 'sampler',
  id: 'ddls',
  summary:
    'Discriminator driven latent sampling: Langevin steps in the latent space, uphill in the odds of being real.',
  cites: ['arXiv:2003.06060'],
  options,
  create: (given) => new DiscriminatorLangevin(given),
});
