import {
  disposeNetwork,
  evaluationCall,
  RandomStream,
  stateOf,
  weightsOf,
  type LabelledImages,
  type Prior,
  type Sampler,
  type DrawnLatents,
  type SamplerSpec,
  type SharePieces,
} from '@ganymede/core';
import { EagerStep } from '@ganymede/core/eager-step';
import * as tf from '@tensorflow/tfjs';
import { expectNoLeak } from '../leak.js';
import type { Subject } from '../subject.js';
import { ToyDiscriminator, ToyGenerator } from '../toy-networks.js';
import { useCpu } from '../use-cpu.js';

const imageShape = { height: 4, width: 4, channels: 2 };
const classes = 3;
const latentSize = 4;
const labels = Int32Array.of(2, 0, 1, 1, 0, 2, 2);

/** Standard normal latents, with the density that walks through latents ask for. */
const normal: Prior = {
  sample: (count, size, random) => random.normals(count * size),
  logDensity: (z) => tf.tidy(() => tf.sum(tf.square(z), 1).mul(-0.5) as tf.Tensor1D),
};

interface Scene extends SamplerSpec {
  readonly asked: number[];
}

function scene(given: Partial<SamplerSpec> = {}): Scene {
  const random = RandomStream.create(4, 'sampler-scene');
  const asked: number[] = [];
  const pixels = imageShape.height * imageShape.width * imageShape.channels;
  return {
    backend: { compile: (step, { name }) => new EagerStep(name, step) },
    generator: new ToyGenerator(imageShape, classes, latentSize, random.fork('generator')),
    discriminator: new ToyDiscriminator(imageShape, classes, random.fork('discriminator')),
    source: normal,
    call: evaluationCall,
    batchSize: 4,
    seed: 3,
    asked,
    realImages: async (count): Promise<LabelledImages> => {
      asked.push(count);
      const [total, stream] = [Math.min(count, 12), RandomStream.create(6, 'real')];
      const images = Uint8Array.from(stream.integers(total * pixels, 256));
      return {
        labels: stream.integers(total, classes),
        source: { images: 'made' },
        read: async (start, length) => images.slice(start * pixels, (start + length) * pixels),
      };
    },
    ...given,
  };
}

function free({ generator, discriminator }: SamplerSpec): void {
  [generator, discriminator].forEach(disposeNetwork);
}

/** Draws once and frees everything. */
async function drawn(
  sampler: Sampler,
  wanted: Int32Array,
  given: Partial<SamplerSpec> = {},
): Promise<DrawnLatents & { readonly asked: readonly number[] }> {
  const spec = scene(given);
  const open = await sampler.open(spec);
  try {
    return { ...(await open.draw(wanted)), asked: spec.asked };
  } finally {
    open.dispose();
    free(spec);
  }
}

/** Processes that share their pieces, all of them in this one: each makes every size-th, and all wait for all. */
function sharing(size: number): readonly SharePieces[] {
  const meetings: { readonly made: Float32Array[]; come: number; readonly all: Promised }[] = [];
  return Array.from({ length: size }, (_, rank): SharePieces => {
    let next = 0;
    return async (pieces, length, make) => {
      const meeting = (meetings[next++] ??= { made: [], come: 0, all: promised() });
      for (let piece = rank; piece < pieces; piece += size) {
        const made = await make(piece);
        expect(made).toHaveLength(length);
        meeting.made[piece] = made;
      }
      if (++meeting.come === size) meeting.all.resolve();
      await meeting.all.promise;
      return meeting.made;
    };
  });
}

interface Promised {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
}

function promised(): Promised {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}

/** Nearest numbers of two batch sizes: products of matrices of other shapes may add in another order. */
const rounding = 1e-4;

const largestDifference = (a: Float32Array, b: Float32Array): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);

/** What sampling and measuring rely on in a sampler, tried on smooth toy networks. */
export function samplerContract(subject: Subject<Sampler>): void {
  describe(`${subject.name}: the sampler contract`, () => {
    beforeAll(useCpu);

    test('gives finite latents, and a report of plain values', async () => {
      const { z, report, cautions = [], asked } = await drawn(subject.create(), labels);
      expect(z).toBeInstanceOf(Float32Array);
      expect(z).toHaveLength(labels.length * latentSize);
      expect(z.every(Number.isFinite)).toBe(true);
      for (const value of Object.values(report))
        expect(
          typeof value === 'number' ? Number.isFinite(value) : ['string', 'boolean'].includes(typeof value),
        ).toBe(true);
      for (const { code, text } of cautions) {
        expect(code).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
        expect(text).not.toBe('');
      }
      expect(asked.every((count) => Number.isInteger(count) && count > 0)).toBe(true);
    });

    test('gives nothing for no labels', async () => {
      expect((await drawn(subject.create(), new Int32Array(0))).z).toHaveLength(0);
    });

    test('depends on the seed alone', async () => {
      const { z, report } = await drawn(subject.create(), labels);
      const again = await drawn(subject.create(), labels);
      expect(again.z).toEqual(z);
      expect(again.report).toEqual(report);
      expect((await drawn(subject.create(), labels, { seed: 4 })).z).not.toEqual(z);
    });

    test('an image does not depend on how many are drawn, in all or at a time', async () => {
      const { z } = await drawn(subject.create(), labels);
      const fewer = await drawn(subject.create(), labels.slice(0, 3));
      expect(largestDifference(fewer.z, z)).toBeLessThan(rounding);
      const others = await drawn(subject.create(), labels, { batchSize: 3 });
      expect(largestDifference(others.z, z)).toBeLessThan(rounding);
    });

    test('several processes that share the work draw what one draws, bit for bit', async () => {
      const many = Int32Array.from({ length: 150 }, (_, i) => i % classes);
      const alone = await drawn(subject.create(), many);
      const all = await Promise.all(sharing(3).map((share) => drawn(subject.create(), many, { share })));
      for (const { z, report, cautions } of all) {
        expect(z).toEqual(alone.z);
        expect({ report, cautions }).toEqual({ report: alone.report, cautions: alone.cautions });
      }
    });

    test('leaves the networks as they were', async () => {
      const spec = scene();
      const valuesOf = (): readonly number[][] =>
        [spec.generator, spec.discriminator]
          .flatMap((node) => [...Object.values(weightsOf(node)), ...Object.values(stateOf(node))])
          .map((variable) => Array.from(variable.dataSync()));
      const before = valuesOf();
      const open = await subject.create().open(spec);
      await open.draw(labels);
      open.dispose();
      expect(valuesOf()).toEqual(before);
      free(spec);
    });

    test('frees its tensors', async () => {
      await expectNoLeak(async () => {
        await drawn(subject.create(), labels);
      });
    });
  });
}
