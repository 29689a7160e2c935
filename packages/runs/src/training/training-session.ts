import { classNamesDiffer, isSameClasses, matchClasses } from '@ganymede/classes';
import type { Backend, BackendDescription, Dataset, NamedVariables, Stabilizer } from '@ganymede/core';
import { parseExact, stringifyExact, type CheckpointContent, type HostTensor } from '@ganymede/checkpoints';
import { compareFingerprint } from '@ganymede/files';
import type { BatchLoader } from '@ganymede/batches';
import type { Trainer, TrainingRecipe } from '@ganymede/trainer';
import type { ResolvedConfig } from '@ganymede/config';
import type { WorkerGroup } from '@ganymede/workers';
import { dataMismatch, noDiscriminator, selectionDiffers } from '../errors.js';
import type { OpenBackend } from '../engine/open-backend.js';
import type { DataPartition } from '../parts/data-partition.js';
import { randomnessOf, type AppliedChange } from './recipe-change.js';
import { assignVariables, readVariables } from '../engine/variables.js';
import { emaSnapshot } from './ema-snapshot.js';
import { classListOf, type SessionState } from './session-state.js';
import { restoreStabilizers, stabilizerStates } from './stabilizer-states.js';

/** What a session is made of. */
export interface SessionParts {
  readonly config: ResolvedConfig;
  /** Rollbacks that the run has behind it. */
  readonly changes: readonly AppliedChange[];
  readonly engine: OpenBackend;
  readonly dataset: Dataset;
  readonly partition: DataPartition;
  readonly recipe: TrainingRecipe;
  readonly batches: BatchLoader;
  readonly trainer: Trainer;
  readonly stabilizers: readonly Stabilizer[];
}

const fileEnding = '.safetensors';

/** What of a run is trained, fed and watched, and its state for checkpoints. */
export class TrainingSession {
  readonly config: ResolvedConfig;
  readonly changes: readonly AppliedChange[];
  readonly dataset: Dataset;
  readonly recipe: TrainingRecipe;
  readonly trainer: Trainer;
  readonly stabilizers: readonly Stabilizer[];

  /** @param parts - stay their owner's, who disposes of them */
  constructor(private readonly parts: SessionParts) {
    this.config = parts.config;
    this.changes = parts.changes;
    this.dataset = parts.dataset;
    this.recipe = parts.recipe;
    this.trainer = parts.trainer;
    this.stabilizers = parts.stabilizers;
  }

  get backend(): Backend {
    return this.recipe.backend;
  }

  get backendDescription(): BackendDescription {
    return this.parts.engine.description;
  }

  /** Why not the fastest backend was taken; null where it was. */
  get backendNote(): string | null {
    return this.parts.engine.note;
  }

  /** The part of the data set that is trained on. */
  get training(): Dataset {
    return this.parts.partition.training;
  }

  get heldOut(): Dataset | null {
    return this.parts.partition.heldOut;
  }

  /** Everything that the run needs to go on as if it had never stopped. */
  async snapshot(): Promise<{
    tensorFiles: Record<string, Record<string, HostTensor>>;
    state: SessionState;
  }> {
    return { tensorFiles: await hostFiles(this.trainer.variables()), state: this.state };
  }

  /** What of it is no tensor. */
  private get state(): SessionState {
    const { classes, fingerprint, name } = this.dataset;
    const { selection } = this.parts.partition;
    return {
      trainer: this.trainer.state,
      loader: this.parts.batches.state,
      stabilizers: stabilizerStates(this.config.stabilizers, this.stabilizers),
      data: { classes, fingerprint, name, ...(selection !== null && { selection }) },
      changes: this.changes,
    };
  }

  /** Makes the sessions of all processes the leader's, which has been restored, or begins. */
  async joinLeader(group: WorkerGroup): Promise<void> {
    if (group.size === 1) return;
    // As in a checkpoint: what guards keep may be infinite, or no number.
    const text = await group.share(stringifyExact(this.state));
    if (!group.leads) this.goOnFrom(parseExact(text) as SessionState);
    await group.shareVariables(this.trainer.variables());
  }

  /** The power-function averages as they are now; null where there are none. */
  async averagesSnapshot(): Promise<CheckpointContent | null> {
    const averages = this.trainer.averagesSnapshot();
    const { posthocEma } = this.config;
    if (!averages || !posthocEma) return null;
    const { step } = this.trainer;
    const tensorFiles = await hostFiles(averages.files);
    return emaSnapshot({ step, averagedSteps: averages.averagedSteps, ...posthocEma }, tensorFiles);
  }

  /**
   * @returns notes for the user
   * @throws NO_DISCRIMINATOR, CLASSES_DIFFER, DATA_MISMATCH, SELECTION_DIFFERS, WEIGHTS_MISMATCH; then nothing was restored
   */
  restore(
    tensorFiles: Readonly<Record<string, Readonly<Record<string, HostTensor>>>>,
    state: SessionState,
    runFolder: string,
  ): readonly string[] {
    if (!tensorFiles[`discriminator${fileEnding}`]) throw noDiscriminator(runFolder);
    const notes = this.expectSameData(state.data);
    const imported = state.loader === null;
    for (const [file, variables] of Object.entries(this.trainer.variables())) {
      const tensors = tensorFiles[file + fileEnding];
      // What imported weights know nothing of, the memory of regularizers, begins anew.
      if (tensors || !imported) assignVariables(file, variables, hostFloats(tensors ?? {}));
    }
    this.goOnFrom(state);
    return notes;
  }

  /** All but the tensors. */
  private goOnFrom(state: SessionState): void {
    // A rollback that draws anew goes on with the streams of this session, which begin with it.
    const isSameDraw = randomnessOf(state.changes ?? []) === randomnessOf(this.changes);
    const random = isSameDraw ? state.trainer.random : this.recipe.random.state;
    this.trainer.restore({ ...state.trainer, random });
    // An imported checkpoint has seen no batch of this data, and nothing has watched it.
    if (isSameDraw && state.loader !== null) this.parts.batches.restore(state.loader);
    restoreStabilizers(this.config.stabilizers, this.stabilizers, state.stabilizers);
  }

  /** @returns notes for the user */
  private expectSameData(data: SessionState['data']): readonly string[] {
    const { fingerprint, name, selection = null } = data;
    const match = matchClasses(classListOf(data), this.dataset.classes);
    if (!isSameClasses(match))
      throw classNamesDiffer(
        this.dataset.name,
        'the checkpoint',
        match,
        'Go on with the data that the run was started with. To train its weights on with other classes, begin a new run: ganymede train --init <run> --data <images>.',
      );
    if (fingerprint === null) return [];
    if (selection !== this.parts.partition.selection)
      throw selectionDiffers(selection, this.parts.partition.selection);
    switch (compareFingerprint(this.dataset, fingerprint)) {
      case 'same':
        return [];
      case 'former':
        return [
          `the checkpoint was written by an older version, which compared data by names and sizes of files: those are the same as of ${this.dataset.name}, and whether the content is, cannot be told; the next checkpoint keeps the content`,
        ];
      case 'other':
        throw dataMismatch(name, fingerprint, this.dataset);
    }
  }
}

/** Variables as a checkpoint takes them, by file. */
async function hostFiles(
  files: Readonly<Record<string, NamedVariables>>,
): Promise<Record<string, Record<string, HostTensor>>> {
  const tensorFiles: Record<string, Record<string, HostTensor>> = {};
  for (const [file, variables] of Object.entries(files)) {
    tensorFiles[file + fileEnding] = Object.fromEntries(
      Object.entries(await readVariables(variables)).map(([name, tensor]) => [
        name,
        { dtype: 'F32', ...tensor },
      ]),
    );
  }
  return tensorFiles;
}

/** Tensors as the variables take them. */
export function hostFloats(
  tensors: Readonly<Record<string, HostTensor>>,
): Record<string, { shape: readonly number[]; data: Float32Array }> {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { shape, data }]) => [
      name,
      { shape, data: data instanceof Float32Array ? data : Float32Array.from(data as ArrayLike<number>) },
    ]),
  );
}
