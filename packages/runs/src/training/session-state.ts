import { readCheckpoint, type Checkpoint } from '@ganymede/checkpoints';
import type { RandomStreamState, RecipeChange } from '@ganymede/core';
import type { TrainerState } from '@ganymede/trainer';
import { z } from 'zod';
import type { ClassList } from '@ganymede/classes';
import type { AppliedChange } from './recipe-change.js';
import type { StabilizerStates } from './stabilizer-states.js';

const count = z.int().min(0);
const word = z.int().min(0).max(0xffffffff);
const factors = z.object({ generator: z.number(), discriminator: z.number() });

const randomState = z.object({
  name: z.string(),
  words: z.tuple([word, word, word, word]),
  spareNormal: z.number().nullable(),
}) satisfies z.ZodType<RandomStreamState>;

// What later versions keep besides is theirs to check, and stays.
const trainerState = z.looseObject({
  step: count,
  generatorUpdates: count,
  discriminatorUpdates: count,
  discriminatorSteps: count,
  images: count.exactOptional(),
  averagedSteps: count.exactOptional(),
  learningRateFactors: factors.exactOptional(),
  random: z.array(randomState),
}) satisfies z.ZodType<TrainerState>;

const component = z.looseObject({ use: z.string() });

const recipeChange = z.object({
  learningRates: factors.exactOptional(),
  regularizers: z.array(component).exactOptional(),
  stabilizers: z.array(component).exactOptional(),
  newRandomness: z.boolean().exactOptional(),
}) satisfies z.ZodType<RecipeChange>;

const appliedChange = z.object({
  from: count,
  to: count,
  evidence: z.string(),
  change: recipeChange,
}) satisfies z.ZodType<AppliedChange>;

const dataState = z.object({
  classes: z.array(z.string()),
  fingerprint: z.string().nullable(),
  name: z.string(),
  unnamed: z.boolean().exactOptional(),
  /** Of the list of images that was trained on. */
  selection: z.string().exactOptional(),
});

/** A run that is handed on to be sampled may have left out what training goes on from, as the one in the box has. */
const trainedStateSchema = z.looseObject({
  trainer: z.looseObject({
    step: count,
    generatorUpdates: count.exactOptional(),
    discriminatorUpdates: count.exactOptional(),
  }),
  data: dataState,
}) satisfies z.ZodType<TrainedState>;

const sessionStateSchema = z.object({
  trainer: trainerState,
  /** The loader checks it. */
  loader: z.unknown(),
  /** Each stabilizer checks its own. */
  stabilizers: z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]),
  data: dataState,
  changes: z.array(appliedChange).exactOptional(),
}) satisfies z.ZodType<SessionState>;

/** The JSON part of a checkpoint. */
export interface SessionState {
  readonly trainer: TrainerState;
  readonly loader: unknown;
  readonly stabilizers: StabilizerStates;
  readonly data: {
    readonly classes: readonly string[];
    /** Null where the weights were imported without data. */
    readonly fingerprint: string | null;
    readonly name: string;
    /** Classes are numbers, since nobody knows their names: any data of as many classes will do. */
    readonly unnamed?: boolean;
    /** A hash of the list of images that was trained on, where the config names one. */
    readonly selection?: string;
  };
  /** Rollbacks so far, the oldest first. */
  readonly changes?: readonly AppliedChange[];
}

/** Of it, what weights are used with. */
export interface TrainedState {
  readonly trainer: Pick<TrainerState, 'step'> &
    Partial<Pick<TrainerState, 'generatorUpdates' | 'discriminatorUpdates'>>;
  readonly data: SessionState['data'];
}

/** The classes of a checkpoint, as others are matched with them. */
export function classListOf({ classes, unnamed = false }: SessionState['data']): ClassList {
  return { count: classes.length, names: unnamed ? null : classes };
}

/**
 * A checkpoint of a run, its state checked.
 * @param only - tensor files to load; all without it
 * @throws as `readCheckpoint`; CHECKPOINT_DAMAGED where the state is not a run's
 */
export function readSession(folder: string, only?: readonly string[]): Promise<Checkpoint<SessionState>> {
  return readCheckpoint<SessionState>(folder, only, sessionStateSchema);
}

/**
 * As `readSession`, for what uses weights and does not go on training.
 * @throws as `readSession`
 */
export function readTrained(folder: string, only?: readonly string[]): Promise<Checkpoint<TrainedState>> {
  return readCheckpoint<TrainedState>(folder, only, trainedStateSchema);
}
