import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { defineComponent, RandomStream, type RunView, type Stabilizer } from '@ganymede/core';
import { PartialSvd } from '@ganymede/ops';
import { round } from './round.js';
import { matricesOf } from './spectrum.js';

type Observation = Awaited<ReturnType<Stabilizer['observe']>>;

/** Where sigma_0 is clamped: at a value, or at a multiple of sigma_1. */
export type ClampTarget = { readonly value: number } | { readonly ratio: number };

/** Less than this above the target is within the exactness of the measurement. */
const slack = 1e-3;
/** A second singular value below this share of the first is zero but for rounding. */
const rankOneShare = 1e-5;

/** Of the schema, and of the class where it is made without one. */
const defaults = { network: 'generator' as const, interval: 10 };

const options = z.strictObject({
  sigma: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe('the largest singular value that is left; null: ratio times the second one'),
  ratio: z.number().min(1).default(1.5).describe('of the first to the second, where sigma is null'),
  network: z.enum(['generator', 'discriminator']).default(defaults.network).describe('whose weights'),
  interval: z.int().min(1).default(defaults.interval).describe('steps between clamps'),
});

/**
 * Clamps the largest singular value of every weight matrix of a network: W <- W - max(0, sigma_0 - sigma_clamp) v_0 u_0',
 * with sigma_clamp a fixed value or r sg(sigma_1) (arXiv:1809.11096, section 4.1). The paper clamps in every step; here
 * `interval` says how often. The moments of the optimizer stay as they are.
 *
 * The weight is the one that is trained. Under spectral norm only W / sigma_0 is used: a fixed value then bounds the
 * weight's scale and with it how fast it can turn, and a ratio lifts the other singular values of what is used.
 */
export class Clamp implements Stabilizer {
  readonly state = null;
  private svd: PartialSvd | null = null;

  constructor(
    private readonly target: ClampTarget,
    private readonly network: z.output<typeof options>['network'] = defaults.network,
    readonly interval = defaults.interval,
  ) {}

  async observe(run: Pick<RunView, 'backend' | 'generator' | 'discriminator'>): Promise<Observation> {
    const { target } = this;
    const weights = matricesOf(run[this.network]);
    this.svd ??= new PartialSvd(run.backend, weights, RandomStream.create(0, 'clamp'), { count: 2 });
    const found = await this.svd.compute();
    const clamped: Record<string, { readonly from: number; readonly to: number }> = {};
    for (const [name, { values }] of Object.entries(found)) {
      const [first, second] = values as [number, number];
      // Of a matrix of rank one a ratio would leave nothing.
      const hasRankOne = second <= rankOneShare * first;
      const to = 'value' in target ? target.value : hasRankOne ? Infinity : target.ratio * second;
      if (!(first > to * (1 + slack))) continue;
      const change = this.svd.rankOne(name, first - to);
      if (!change) continue;
      tf.tidy(() => weights[name]!.assign(tf.sub(weights[name]!, change)));
      change.dispose();
      clamped[name] = { from: round(first), to: round(to) };
    }
    this.svd.release();
    const event = Object.keys(clamped).length > 0 ? { event: { clamped: { [this.network]: clamped } } } : {};
    return { action: { kind: 'continue' }, ...event };
  }

  /** Nothing is kept between observations. */
  restore(): void {}

  dispose(): void {
    this.svd?.dispose();
    this.svd = null;
  }
}

export const clamp = defineComponent({
  slot: 'stabilizer',
  id: 'clamp',
  summary:
    'Clamps the largest singular value of every weight matrix, to a value or to a multiple of the second.',
  cites: ['arXiv:1809.11096'],
  options,
  create: ({ sigma, ratio, network, interval }) =>
    new Clamp(sigma === null ? { ratio } : { value: sigma }, network, interval),
});
