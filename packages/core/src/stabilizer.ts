import type { Backend } from './backend.js';
import type { Dataset } from './dataset.js';
import type { Discriminator, Generator } from './networks.js';
import type { Loss } from './objective.js';
import type { RecipeChange } from './recipe-change.js';
import type { Prior } from './sampling.js';
import type { StepScalars } from './step-scalars.js';

/** Norms of the gradients of the last step, by weight. */
export type GradientNorms = Readonly<Record<'generator' | 'discriminator', Readonly<Record<string, number>>>>;

/** The number of an evaluation that chooses the best checkpoint. */
export interface EvaluatedNumber {
  readonly step: number;
  readonly name: string;
  readonly value: number;
  readonly better: 'lower' | 'higher';
}

/** What a stabilizer may see and move. All but the numbers stay the same from step to step. */
export interface RunView {
  readonly step: number;
  readonly backend: Pick<Backend, 'compile'>;
  readonly generator: Generator;
  readonly discriminator: Discriminator;
  /** What is trained with. */
  readonly loss: Loss;
  /** Of the latents that are trained with. */
  readonly prior: Prior;
  /** The images that are trained on. */
  readonly training: Dataset;
  /** Images of the same data that are never trained on; null where none were held out. */
  readonly heldOut: Dataset | null;
  /** What the phases of this step reported, as host numbers: those of `stepScalarNames` and others. */
  readonly scalars: StepScalars;
  readonly gradientNorms: GradientNorms;
  /** How far the step moved every weight; null where no stabilizer that is due asked for it. */
  readonly updateNorms: GradientNorms | null;
  /** The run's last evaluation, at the first step after it; null at all others. */
  readonly evaluation: EvaluatedNumber | null;
  /** The events of the stabilizers that come before this one, at this step. */
  readonly readings: Readonly<Record<string, unknown>>;
  /** How often the run was rolled back so far. */
  readonly rollbacks: number;
}

export type StabilizerAction =
  | { readonly kind: 'continue' }
  | { readonly kind: 'warn'; readonly evidence: string }
  | { readonly kind: 'stop'; readonly evidence: string }
  /** Goes on with lower learning rates. */
  | {
      readonly kind: 'cut';
      readonly evidence: string;
      readonly learningRates: NonNullable<RecipeChange['learningRates']>;
    }
  /** Goes back to the newest checkpoint that is not after step `to`, and on from there with a changed recipe. */
  | {
      readonly kind: 'rollback';
      readonly evidence: string;
      readonly to: number;
      readonly change: RecipeChange;
    };

/** Watches every step and may steer: scale, clamp, stop, roll back. */
export interface Stabilizer {
  /** Steps between observations. */
  readonly interval: number;
  observe(
    run: RunView,
  ): Promise<{ readonly action: StabilizerAction; readonly event?: Record<string, unknown> }>;
  /** Whether it reads `updateNorms`, which are then measured at its steps. */
  readonly needsUpdateNorms?: boolean;
  readonly state: unknown;
  restore(state: unknown): void;
  /** The newest step that it vouches for: the run keeps its checkpoint. Absent or null: it vouches for none. */
  readonly healthyStep?: number | null;
  /** Frees what it made on the backend. */
  dispose?(): void;
}
