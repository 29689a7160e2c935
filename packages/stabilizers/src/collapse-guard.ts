import { z } from 'zod';
import {
  defineComponent,
  type RecipeChange,
  type RunView,
  type Stabilizer,
  type StabilizerAction,
} from '@ganymede/core';
import { BlindDiscriminatorSignal } from './blind-discriminator-signal.js';
import { EvaluationSignal } from './evaluation-signal.js';
import { guardView, type GuardedRun, type GuardSignal } from './guard-signal.js';
import { LostClassSignal } from './lost-class-signal.js';
import { LostSeparationSignal } from './lost-separation-signal.js';
import { NotFiniteSignal } from './not-finite-signal.js';
import { OutOfRangeSignal } from './out-of-range-signal.js';
import { OvershootSignal } from './overshoot-signal.js';
import { SpectralGrowthSignal } from './spectral-growth-signal.js';
import { UnvariedSignal } from './unvaried-signal.js';
import { VanishedGradientSignal } from './vanished-gradient-signal.js';
import { VarietySignal } from './variety-signal.js';
import { WinningDiscriminatorSignal } from './winning-discriminator-signal.js';

type Observation = Awaited<ReturnType<Stabilizer['observe']>>;

/** Of the schema, and of the class where it is made without one. */
const defaults = { action: 'warn' as const, window: 100, retries: 3, learningRateFactor: 0.4 };

const options = z.strictObject({
  action: z
    .enum(['warn', 'cut', 'stop', 'rollback'])
    .default(defaults.action)
    .describe(
      'warn; cut the learning rates; stop; or roll back to a healthy checkpoint with a changed recipe',
    ),
  window: z
    .int()
    .min(10)
    .default(defaults.window)
    .describe("steps that D's outputs and losses are judged over, and that a healthy step is followed by"),
  retries: z
    .int()
    .min(1)
    .default(defaults.retries)
    .describe('rollbacks, or cuts, before the run is stopped instead'),
  learningRateFactor: z
    .number()
    .positive()
    .max(1)
    .default(defaults.learningRateFactor)
    .describe('on both learning rates at every rollback or cut'),
  r1: z
    .number()
    .positive()
    .nullable()
    .default(1)
    .describe('gamma of the R1 penalty that a rollback adds; null adds none'),
  clampRatio: z
    .number()
    .min(1)
    .nullable()
    .default(2)
    .describe("of sigma_0 to sigma_1 that a rollback clamps G's weights to; null does not"),
});

/** As the config has them, but for what a rollback adds to the recipe, which is named as components here. */
export type CollapseGuardOptions = Omit<z.input<typeof options>, 'r1' | 'clampRatio'> &
  Pick<RecipeChange, 'regularizers' | 'stabilizers'>;

interface State {
  readonly signals: Readonly<Record<string, unknown>>;
  /** Step of the last suspicion of each signal that has had one. */
  readonly suspected: Readonly<Record<string, number>>;
  /** Steps up to this one are no evidence: a fresh start, or the end of the last trouble. */
  readonly cleanSince: number;
  readonly healthyStep: number | null;
  readonly cuts: number;
}

/**
 * Watches what `spectrum` and `probe`, if they come before it, and the training step report for the signs of collapse, says
 * what it sees, and acts: warns, lowers the learning rates, stops, or rolls the run back to a step that a whole window of
 * clean ones followed, with lower rates, R1, clamped singular values and other draws. It reads nothing but events.
 */
export class CollapseGuard implements Stabilizer {
  readonly interval = 1;
  private readonly window: number;
  private readonly signals: Readonly<Record<string, GuardSignal>>;
  private suspected: Record<string, number> = {};
  private cleanSince = 0;
  private healthy: number | null = null;
  private cuts = 0;

  constructor(private readonly options: CollapseGuardOptions = {}) {
    this.window = options.window ?? defaults.window;
    this.signals = {
      'not-finite': new NotFiniteSignal(),
      'generator-spectrum': new SpectralGrowthSignal('generator'),
      'discriminator-spectrum': new SpectralGrowthSignal('discriminator'),
      'out-of-range': new OutOfRangeSignal(),
      overshoot: new OvershootSignal(Math.ceil(this.window / 2)),
      'lost-separation': new LostSeparationSignal(),
      'vanished-gradient': new VanishedGradientSignal(Math.ceil(this.window / 2)),
      'blind-discriminator': new BlindDiscriminatorSignal(this.window),
      'winning-discriminator': new WinningDiscriminatorSignal(this.window),
      variety: new VarietySignal(),
      'lost-class': new LostClassSignal(),
      unvaried: new UnvariedSignal(Math.ceil(this.window / 2)),
      evaluation: new EvaluationSignal(),
    };
  }

  observe(run: GuardedRun & Pick<RunView, 'rollbacks'>): Promise<Observation> {
    const { step } = run;
    const view = guardView(run);
    const fresh: { readonly signal: string; readonly text: string }[] = [];
    for (const [name, signal] of Object.entries(this.signals)) {
      const text = signal.look(view);
      if (text === null) continue;
      const last = this.suspected[name];
      // One alarm for one trouble: it is over when the signal was quiet for a window.
      if (last === undefined || step - last > this.window) fresh.push({ signal: name, text });
      this.suspected[name] = step;
      this.cleanSince = step;
    }
    if (step - this.window >= this.cleanSince) this.healthy = step - this.window;
    if (fresh.length === 0) return Promise.resolve({ action: { kind: 'continue' } });
    const evidence = `step ${step}: ${fresh.map(({ text }) => text).join('; ')}`;
    const event = { collapse: { signals: fresh.map(({ signal }) => signal), healthyStep: this.healthy } };
    return Promise.resolve({ action: this.act(step, evidence, run.rollbacks), event });
  }

  private act(step: number, evidence: string, rollbacks: number): StabilizerAction {
    const {
      action = defaults.action,
      retries = defaults.retries,
      learningRateFactor = defaults.learningRateFactor,
      regularizers,
      stabilizers,
    } = this.options;
    const learningRates = { generator: learningRateFactor, discriminator: learningRateFactor };
    if (action === 'warn' || action === 'stop') return { kind: action, evidence };
    const done = action === 'cut' ? this.cuts : rollbacks;
    if (done >= retries) return { kind: 'stop', evidence: `${evidence}; after ${done} ${action}s` };
    if (action === 'cut') {
      this.cuts++;
      return { kind: 'cut', evidence, learningRates };
    }
    const change: RecipeChange = {
      learningRates,
      ...(regularizers && { regularizers }),
      ...(stabilizers && { stabilizers }),
      newRandomness: true,
    };
    return { kind: 'rollback', evidence, to: this.healthy ?? Math.max(0, step - 2 * this.window), change };
  }

  get healthyStep(): number | null {
    return this.healthy;
  }

  get state(): State {
    const { suspected, cleanSince, healthy, cuts } = this;
    return {
      signals: Object.fromEntries(Object.entries(this.signals).map(([name, { state }]) => [name, state])),
      suspected: { ...suspected },
      cleanSince,
      healthyStep: healthy,
      cuts,
    };
  }

  restore(state: unknown): void {
    const { signals, suspected, cleanSince, healthyStep, cuts } = state as State;
    // A checkpoint of before a signal was there has nothing for it.
    for (const [name, signal] of Object.entries(this.signals))
      if (name in signals) signal.restore(signals[name]);
    this.suspected = { ...suspected };
    this.cleanSince = cleanSince;
    this.healthy = healthyStep;
    this.cuts = cuts;
  }
}

export const collapseGuard = defineComponent({
  slot: 'stabilizer',
  id: 'collapse-guard',
  summary: 'Sees a collapse coming in what spectrum, probe and the losses report, and acts on it.',
  cites: ['arXiv:1809.11096'],
  options,
  create: ({ r1, clampRatio, ...given }) =>
    new CollapseGuard({
      ...given,
      ...(r1 !== null && { regularizers: [{ use: 'r1', gamma: r1 }] }),
      ...(clampRatio !== null && { stabilizers: [{ use: 'clamp', ratio: clampRatio }] }),
    }),
});
