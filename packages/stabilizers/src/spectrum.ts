import { z } from 'zod';
import {
  defineComponent,
  RandomStream,
  weightsOf,
  type LayerNode,
  type NamedVariables,
  type RunView,
  type Stabilizer,
} from '@ganymede/core';
import { PartialSvd } from '@ganymede/ops';
import { round } from './round.js';
import { WeightNorms } from './weight-norms.js';

type Observation = Awaited<ReturnType<Stabilizer['observe']>>;

/** What `spectrum` adds to the events of a run, all by network and weight. */
export interface SpectrumEvent {
  /** sigma_0, sigma_1, sigma_2; NaN where the weight is not finite, zeros where it has fewer. */
  readonly spectrum: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
  readonly weightNorms: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly gradientNorms: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Of the change that the last step made. */
  readonly updateNorms?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Weights whose singular values are less exact than asked for. */
  readonly unsettled?: readonly string[];
}

/** The weights of a network that are matrices; all axes but the last are the rows. */
export function matricesOf(network: LayerNode): NamedVariables {
  return Object.fromEntries(Object.entries(weightsOf(network)).filter(([, { rank }]) => rank > 1));
}

const rounded = (values: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, round(value)]));

/** Of the schema, and of the class where it is made without one. */
const defaults = { interval: 50, tolerance: 1e-2 };

const options = z.strictObject({
  interval: z.int().min(1).default(defaults.interval).describe('steps between measurements'),
  tolerance: z
    .number()
    .positive()
    .lt(1)
    .default(defaults.tolerance)
    .describe('largest residual of a singular value, relative to the largest of its matrix'),
});

/**
 * The three largest singular values of every weight matrix of G and D, and the norms of weights, gradients and steps: what
 * BigGAN's paper reads collapse from (arXiv:1809.11096, section 4 and appendix F). The weights are taken as they are
 * trained, before spectral normalization divides them. It sees and touches nothing else, so that a run is the same with
 * it and without.
 */
export class Spectrum implements Stabilizer {
  readonly needsUpdateNorms = true;
  readonly state = null;
  private parts: { readonly svds: Readonly<Record<string, PartialSvd>>; readonly norms: WeightNorms } | null =
    null;

  /**
   * @param interval - steps between measurements
   * @param tolerance - largest residual of a singular value, relative to sigma_0; values are far more exact
   */
  constructor(
    readonly interval = defaults.interval,
    private readonly tolerance = defaults.tolerance,
  ) {}

  async observe({
    backend,
    generator,
    discriminator,
    gradientNorms,
    updateNorms,
  }: Pick<
    RunView,
    'backend' | 'generator' | 'discriminator' | 'gradientNorms' | 'updateNorms'
  >): Promise<Observation> {
    const networks = { generator, discriminator };
    this.parts ??= {
      svds: Object.fromEntries(
        Object.entries(networks).map(([name, network]) => [
          name,
          new PartialSvd(backend, matricesOf(network), RandomStream.create(0, `spectrum/${name}`), {
            tolerance: this.tolerance,
          }),
        ]),
      ),
      norms: new WeightNorms(backend, networks),
    };
    const spectrum: Record<string, Record<string, readonly number[]>> = {};
    const unsettled: string[] = [];
    for (const [network, svd] of Object.entries(this.parts.svds)) {
      const found = await svd.compute();
      svd.release();
      spectrum[network] = {};
      for (const [name, { values, converged }] of Object.entries(found)) {
        spectrum[network][name] = values.map(round);
        if (!converged && values.every(Number.isFinite)) unsettled.push(`${network}.${name}`);
      }
    }
    const weightNorms = await this.parts.norms.measure();
    const event: SpectrumEvent = {
      spectrum,
      weightNorms: Object.fromEntries(
        Object.entries(weightNorms).map(([name, norms]) => [name, rounded(norms)]),
      ),
      gradientNorms: {
        generator: rounded(gradientNorms.generator),
        discriminator: rounded(gradientNorms.discriminator),
      },
      ...(updateNorms && {
        updateNorms: {
          generator: rounded(updateNorms.generator),
          discriminator: rounded(updateNorms.discriminator),
        },
      }),
      ...(unsettled.length > 0 && { unsettled }),
    };
    return { action: { kind: 'continue' }, event: { ...event } };
  }

  /** Nothing is kept between measurements. */
  restore(): void {}

  dispose(): void {
    if (!this.parts) return;
    for (const svd of Object.values(this.parts.svds)) svd.dispose();
    this.parts.norms.dispose();
    this.parts = null;
  }
}

export const spectrum = defineComponent({
  slot: 'stabilizer',
  id: 'spectrum',
  summary:
    'Logs the largest singular values of every weight matrix, and norms of weights, gradients and steps.',
  cites: ['arXiv:1809.11096'],
  options,
  create: ({ interval, tolerance }) => new Spectrum(interval, tolerance),
});
