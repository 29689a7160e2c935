import {
  evaluationCall,
  RandomStream,
  type Discriminator,
  type Generator,
  type Prior,
  type SamplerSpec,
} from '@ganymede/core';
import { EagerStep } from '@ganymede/core/eager-step';
import {
  componentContract,
  expectDistribution,
  expectIndependent,
  expectNoLeak,
  failuresOf,
  fromComponent,
  normalOf,
  samplerContract,
  truncatedNormalOf,
  useCpu,
} from '@ganymede/testing';
import * as tf from '@tensorflow/tfjs';
import { NormalPrior } from '../priors/normal.js';
import { UniformPrior } from '../priors/uniform.js';
import { StdTruncation } from '../truncations/std.js';
import { ddls } from './ddls.js';
import { drs } from './drs.js';

const few = { calibrationImages: 12 };
[drs, ddls].forEach((definition) => componentContract(definition));
samplerContract(fromComponent(drs, { burnIn: 24, ...few }));
samplerContract(fromComponent(drs, { burnIn: 24, percentile: null, calibration: 'none' }));
samplerContract(fromComponent(ddls, { steps: 5, ...few }));

beforeAll(useCpu);

/** Images of a pixel with two channels, which are the latents: what is drawn can be looked at. */
const plane: Generator = {
  latentSize: 2,
  classes: 1,
  imageShape: { height: 1, width: 1, channels: 2 },
  generate: (z) => tf.reshape(z, [-1, 1, 1, 2]),
};

/** A discriminator of points of the plane. */
const judge = (logit: (x: tf.Tensor2D) => tf.Tensor): Discriminator => ({
  discriminate: (x) => tf.tidy(() => logit(tf.reshape(x, [-1, 2])) as tf.Tensor1D),
});

function specOf(source: Prior, discriminator: Discriminator, given: Partial<SamplerSpec> = {}): SamplerSpec {
  return {
    backend: { compile: (step, { name }) => new EagerStep(name, step) },
    generator: plane,
    discriminator,
    source,
    call: evaluationCall,
    batchSize: 500,
    seed: 1,
    realImages: async () => {
      throw new Error('asked for real images');
    },
    ...given,
  };
}

const count = 4000;
async function points(sampler: ReturnType<(typeof drs)['create']>, spec: SamplerSpec) {
  const open = await sampler.open(spec);
  const { z, report } = await open.draw(new Int32Array(count));
  open.dispose();
  return { z, report, columns: [0, 1].map((j) => z.filter((_, i) => i % 2 === j)) };
}

const rejection = (options: object) =>
  fromComponent(drs, { burnIn: 2000, percentile: null, ...options }).create();
const langevin = (options: object) => fromComponent(ddls, { calibration: 'none', ...options }).create();

describe('rejection on a plane: uniform latents, data N(0, 0.4^2) within the square', () => {
  const data = truncatedNormalOf(2.5, 0.4);
  const square = fromUniform();
  /** log p_data / p_g, but for a constant. */
  const optimal = (x: tf.Tensor2D): tf.Tensor =>
    tf
      .sum(tf.square(x), 1)
      .mul(-1 / (2 * 0.4 ** 2))
      .add(2);
  /** As a loss without odds leaves them: three times as far apart. */
  const steep = (x: tf.Tensor2D): tf.Tensor => optimal(x).mul(3).sub(5);

  function fromUniform(): Prior {
    return new UniformPrior();
  }

  test('an optimal discriminator restores the distribution of the data', async () => {
    const { z, columns, report } = await points(
      rejection({ calibration: 'none' }),
      specOf(square, judge(optimal)),
    );
    for (const column of columns) expectDistribution(column, data);
    expectIndependent(z, 2, data);
    // The share of the square under the density: (0.4 sqrt(2 pi) P(|n| < 2.5))^2 / 4, and four standard errors of it.
    expect(Math.abs((report['acceptanceRate'] as number) - 0.245)).toBeLessThan(
      4 * 0.245 * Math.sqrt(0.755 / count),
    );
  });

  test('so does one of another scale once it is calibrated, and not before', async () => {
    const random = RandomStream.create(8, 'data');
    const real = Float32Array.from({ length: 20_000 }, () => {
      for (;;) {
        const value = 0.4 * random.nextNormal();
        if (Math.abs(value) < 1) return value;
      }
    });
    const bytes = Uint8Array.from(real, (value) => Math.round((value + 1) * 127.5));
    const spec = specOf(square, judge(steep), {
      realImages: async (most) => ({
        labels: new Int32Array(Math.min(most, 10_000)),
        source: { calibrationData: 'made' },
        read: async (start, length) => bytes.slice(2 * start, 2 * (start + length)),
      }),
    });
    const { columns, report } = await points(rejection({}), spec);
    for (const column of columns) expectDistribution(column, data);
    expect(report).toMatchObject({ calibrationData: 'made', calibrationImages: 10_000 });
    expect(Math.abs(3 * (report['calibrationSlope'] as number) - 1)).toBeLessThan(0.1);
    const uncalibrated = await points(rejection({ calibration: 'none' }), spec);
    expect(() => expectDistribution(uncalibrated.columns[0]!, data)).toThrow('expected a distance');
  });

  test('what the generator makes by itself is found out', () => {
    const drawn = square.sample(count, 1, RandomStream.create(1, 'latent'));
    expect(() => expectDistribution(drawn, data)).toThrow('expected a distance');
  });

  test('a high percentile takes fewer images, and none at all is an error', async () => {
    const rate = async (percentile: number): Promise<number> => {
      const sampler = rejection({ calibration: 'none', percentile });
      return (await points(sampler, specOf(square, judge(optimal)))).report['acceptanceRate'] as number;
    };
    expect(await rate(99)).toBeLessThan(await rate(80));
    const sampler = rejection({ calibration: 'none', percentile: 100, attempts: 1 });
    await expect(points(sampler, specOf(square, judge(optimal)))).rejects.toMatchObject({
      code: 'NOTHING_ACCEPTED',
    });
  });
});

describe('Langevin steps on a plane: energy k |z - m|^2 / 2, whose chain has a known end', () => {
  /** All chains at once: they do not touch each other. */
  const chains = (source: Prior, own: Discriminator): SamplerSpec =>
    specOf(source, own, { batchSize: count });
  const [stepSize, k, mean] = [0.1, 4, [0.25, -0.5] as const];
  /** The prior has |z|^2 / 2 of the energy. */
  const discriminator = judge((x) =>
    tf
      .sum(tf.square(x), 1)
      .mul(-(k - 1) / 2)
      .add(tf.sum(tf.mul(x, [mean.map((own) => k * own)]), 1)),
  );
  /** Of z' = (1 - stepSize k / 2) z + sqrt(stepSize) n; 1 / k where steps are small. */
  const variance = 1 / (k * (1 - (stepSize * k) / 4));

  test('it has the mean and the variance that the recursion has', async () => {
    const { columns, report } = await points(
      langevin({ stepSize, steps: 80 }),
      chains(new NormalPrior(), discriminator),
    );
    columns.forEach((column, j) => expectDistribution(column, normalOf(mean[j], Math.sqrt(variance))));
    expect(report['logOddsAfter']).toBeGreaterThan(report['logOddsBefore'] as number);
  });

  test('the density of a truncation counts', async () => {
    // N(0, 0.5^2) alone: the discriminator says nothing.
    const { columns } = await points(
      langevin({ stepSize: 0.05, steps: 100 }),
      chains(
        new StdTruncation(0.5),
        judge((x) => tf.sum(x, 1).mul(0)),
      ),
    );
    const deviation = Math.sqrt(1 / (4 * (1 - (0.05 * 4) / 4)));
    for (const column of columns) expectDistribution(column, normalOf(0, deviation));
  });

  test('half the noise is another distribution, and none ends at the mode', async () => {
    const spec = chains(new NormalPrior(), discriminator);
    const half = await points(langevin({ stepSize, steps: 80, noise: 0.5 }), spec);
    expect(() => expectDistribution(half.columns[0]!, normalOf(mean[0], Math.sqrt(variance)))).toThrow(
      'expectDistribution',
    );
    const { columns } = await points(langevin({ stepSize, steps: 80, noise: 0 }), spec);
    columns.forEach((column, j) => column.forEach((value) => expect(value).toBeCloseTo(mean[j]!, 5)));
  });

  test('latents without a density, and steps that diverge, are errors', async () => {
    await expect(points(langevin({}), chains(new UniformPrior(), discriminator))).rejects.toMatchObject({
      code: 'NO_LATENT_DENSITY',
      message: expect.stringContaining('got another prior'),
    });
    await expect(
      points(langevin({ stepSize: 1e6, steps: 20 }), chains(new NormalPrior(), discriminator)),
    ).rejects.toMatchObject({ code: 'SAMPLER_DIVERGED' });
  });
});

test('logits that are no numbers are an error', async () => {
  const spec = specOf(
    new NormalPrior(),
    judge((x) => tf.sum(x, 1).mul(NaN)),
  );
  await expect(points(rejection({ calibration: 'none' }), spec)).rejects.toMatchObject({
    code: 'LOGITS_NOT_FINITE',
  });
});

test('a step that fails leaves no tensors', async () => {
  const broken = {
    run: () => Promise.reject(new Error('out of memory')),
    dispose: () => undefined,
  };
  const spec = specOf(
    new NormalPrior(),
    judge((x) => tf.sum(x, 1)),
    { backend: { compile: () => broken } },
  );
  for (const sampler of [rejection({ calibration: 'none' }), langevin({})])
    await expectNoLeak(async () => {
      await expect(points(sampler, spec)).rejects.toThrow('out of memory');
    });
});

test('the contract finds a sampler whose images depend on the batch, and one that leaks', async () => {
  const whole = {
    name: 'one stream for all',
    create: () => ({
      open: async ({ source, seed, batchSize }: SamplerSpec) => ({
        draw: async (labels: Int32Array) => {
          tf.zeros([1]);
          const z = source.sample(labels.length, 4, RandomStream.create(seed + batchSize, 'latents'));
          return { z, report: {} };
        },
        dispose: () => undefined,
      }),
    }),
  };
  const names = (await failuresOf(() => samplerContract(whole))).map(({ name }) => name);
  expect(names).toEqual([
    'an image does not depend on how many are drawn, in all or at a time',
    'frees its tensors',
  ]);
});
