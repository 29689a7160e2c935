import {
  defineComponent,
  type DrawnLatents,
  type OpenSampler,
  type RandomStream,
  type Sampler,
  type SamplerReport,
  type SamplerSpec,
} from '@ganymede/core';
import { z } from 'zod';
import { nothingAccepted } from '../errors.js';
import { acceptanceNumbers, acceptanceProbability, type AcceptanceNumbers } from './acceptance.js';
import { calibrationOptions, openCalibrated, type CalibratedLogits } from './calibrate.js';
import { latentStreams } from './latent-streams.js';
import type { LogitReader } from './logit-reader.js';
import { ownPieces } from './shared-rows.js';
import { rejectionCautions } from './sampler-cautions.js';

const options = z.strictObject({
  burnIn: z
    .int()
    .positive()
    .default(10_000)
    .describe(
      'generated images that the largest log-odds, and gamma, are taken of; as many as for the calibration where that has more',
    ),
  percentile: z
    .number()
    .min(0)
    .max(100)
    .nullable()
    .default(95)
    .describe(
      'gamma, as a percentile of F over the burn-in: greater ones take fewer images; null is gamma 0, rejection sampling without a shift',
    ),
  epsilon: z.number().positive().default(1e-6).describe('keeps F finite at the largest log-odds'),
  attempts: z
    .int()
    .positive()
    .default(1000)
    .describe('draws for one image before it is given up with an error'),
  ...calibrationOptions,
});

type DrsOptions = z.output<typeof options>;

/**
 * Images are drawn in pieces of so many batches, each by itself, so that processes may share them and what is drawn is the same bit for
 * bit, however many they are. The last images of a piece fill their batches with more draws than they need, so it is not small.
 */
const batchesAPiece = 16;

/**
 * Discriminator rejection sampling (arXiv:1810.06758, algorithm 1): an image x of the generator is taken with probability
 * sigmoid(F(x)), F of `acceptance.ts`, over log-odds d that a calibrated discriminator gives of x with its own class.
 *
 * Differs from the paper in three ways, so that an image depends on the seed, its class and its place alone. M is the largest
 * log-odds of the burn-in and stays; the paper raises it whenever it meets a larger one, which makes an image depend on all
 * before it (what lies above M is taken, and counted). Gamma is a percentile over the burn-in instead of each batch. D is
 * calibrated by a regression on its logits instead of trained on.
 */
export class DiscriminatorRejection implements Sampler {
  constructor(private readonly options: DrsOptions) {}

  async open(spec: SamplerSpec): Promise<OpenSampler> {
    const { burnIn, epsilon, percentile, attempts } = this.options;
    return openCalibrated(spec, this.options, burnIn, (reader, calibrated) => {
      const numbers = acceptanceNumbers(calibrated.logOdds, epsilon, percentile);
      return new OpenRejection(spec, reader, calibrated, numbers, attempts);
    });
  }
}

class OpenRejection implements OpenSampler {
  constructor(
    private readonly spec: SamplerSpec,
    private readonly reader: LogitReader,
    private readonly calibrated: CalibratedLogits,
    private readonly numbers: AcceptanceNumbers,
    private readonly attempts: number,
  ) {}

  async draw(labels: Int32Array): Promise<DrawnLatents> {
    const { batchSize, seed, generator, share = ownPieces } = this.spec;
    const { latentSize } = generator;
    const total = labels.length;
    const streams = latentStreams(seed, 'sampler-drs', total);
    const size = batchSize * batchesAPiece;
    const pieces = await share(Math.ceil(total / size), size * latentSize + 2, async (piece) => {
      const first = piece * size;
      const { z, draws, above } = await this.piece(labels, streams, first, Math.min(total, first + size));
      const made = new Float32Array(size * latentSize + 2);
      made.set(z);
      made.set([draws, above], size * latentSize);
      return made;
    });
    const found = new Float32Array(total * latentSize);
    let [draws, above] = [0, 0];
    for (const [piece, made] of pieces.entries()) {
      const first = piece * size * latentSize;
      found.set(made.subarray(0, Math.min(size * latentSize, found.length - first)), first);
      draws += made[size * latentSize]!;
      above += made[size * latentSize + 1]!;
    }
    return {
      z: found,
      report: this.report(total, draws, above),
      cautions: [...this.calibrated.cautions, ...rejectionCautions(total, draws, above)],
    };
  }

  /** Latents of the images from `first` to before `end`, [end - first x latentSize], and how many draws they took. */
  private async piece(
    labels: Int32Array,
    streams: readonly RandomStream[],
    first: number,
    end: number,
  ): Promise<{ readonly z: Float32Array; readonly draws: number; readonly above: number }> {
    const { batchSize, generator, onProgress, signal } = this.spec;
    const { latentSize } = generator;
    const found = new Float32Array((end - first) * latentSize);
    const tries = new Uint32Array(end - first);
    /** Images that have none yet, as many as a batch holds. */
    let waiting: number[] = [];
    let [next, accepted, above] = [first, 0, 0];
    while (accepted < end - first) {
      signal?.throwIfAborted();
      while (waiting.length < batchSize && next < end) waiting.push(next++);
      // The last images get several draws a batch, of which the first that is taken counts: as if they came one by one.
      const owners = Int32Array.from({ length: batchSize }, (_, k) => waiting[k % waiting.length]!);
      const { z, chances } = this.candidates(owners, streams);
      const logits = await this.reader.ownGenerated(
        z,
        owners.map((owner) => labels[owner]!),
      );
      const done = new Set<number>();
      owners.forEach((owner, k) => {
        if (done.has(owner)) return;
        const logOdds = this.logOddsOf(logits[k]!);
        const triesSoFar = (tries[owner - first] = tries[owner - first]! + 1);
        if (logOdds > this.numbers.maximum) above++;
        if (chances[k]! < acceptanceProbability(logOdds, this.numbers)) {
          found.set(z.subarray(k * latentSize, (k + 1) * latentSize), (owner - first) * latentSize);
          done.add(owner);
        } else if (triesSoFar >= this.attempts) {
          throw nothingAccepted(owner, labels[owner]!, this.attempts);
        }
      });
      accepted += done.size;
      waiting = waiting.filter((image) => !done.has(image));
      onProgress?.('drawing by rejection', first + accepted, labels.length);
    }
    return { z: found, draws: tries.reduce((sum, own) => sum + own, 0), above };
  }

  private logOddsOf(logit: number): number {
    const { slope, intercept } = this.calibrated.calibration;
    return slope * logit + intercept;
  }

  /** A latent for each row and the uniform number that decides, both from the stream of the image that it is for. */
  private candidates(
    owners: Int32Array,
    streams: readonly RandomStream[],
  ): { readonly z: Float32Array; readonly chances: Float64Array } {
    const { latentSize } = this.spec.generator;
    const z = new Float32Array(owners.length * latentSize);
    const chances = new Float64Array(owners.length);
    owners.forEach((owner, k) => {
      const stream = streams[owner]!;
      z.set(this.spec.source.sample(1, latentSize, stream), k * latentSize);
      chances[k] = stream.nextUniform();
    });
    return { z, chances };
  }

  private report(images: number, draws: number, above: number): SamplerReport {
    const { maximum, gamma } = this.numbers;
    return {
      ...this.calibrated.report,
      maximum,
      gamma,
      draws,
      acceptanceRate: draws === 0 ? 1 : images / draws,
      aboveMaximum: above,
    };
  }

  dispose(): void {
    this.reader.dispose();
  }
}

export const drs = defineComponent({
  slot: 'sampler',
  id: 'drs',
  summary:
    'Discriminator rejection sampling: images are taken by the odds that the discriminator gives them.',
  cites: ['arXiv:1810.06758', 'arXiv:1811.11357', 'github:uber-research/metropolis-hastings-gans'],
  options,
  create: (given) => new DiscriminatorRejection(given),
});
