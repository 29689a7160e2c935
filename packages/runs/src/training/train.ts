import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { RunFolder, runLayout } from '@ganymede/checkpoints';
import { GanymedeError, type PluginHost } from '@ganymede/core';
import { dataCache } from '../engine/cache.js';
import { engineChange, engineChangeText } from '../engine/engine-change.js';
import { describeEnvironment } from '../engine/environment.js';
import { openParts, openRunParts } from '../parts/open-parts.js';
import { runParts } from '../parts/run-parts.js';
import type { RunEvent, TrainOptions, TrainResult } from '../types.js';
import { noDiscriminator } from '../errors.js';
import { environmentChanges } from './environment-changes.js';
import { RunLog } from './run-log.js';
import { Sessions } from './sessions.js';
import { StepProfiler } from './step-profiler.js';
import { TrainingLoop } from './training-loop.js';
import { readSession, type SessionState } from './session-state.js';
import type { TrainingSession } from './training-session.js';

type CheckpointTensors = Awaited<ReturnType<typeof readSession>>['tensorFiles'];

/** Trains a run to its last step, or until the signal; either way it ends with a checkpoint. */
export async function train(host: PluginHost, options: TrainOptions): Promise<TrainResult> {
  const { config, resume, runFolder } = options;
  const onEvent = options.onEvent ?? (() => undefined);
  const components = await host.open({ config, plugins: options.plugins ?? [], runFolder });
  const given = { components, config, cacheFolder: dataCache() };
  const run = openRunParts(given);
  try {
    // A run that goes on is locked first; a new one gets its folder when its data and networks stand, so that a wrong
    // path or option leaves nothing behind.
    const existing = resume || existsSync(join(runFolder, runLayout.config));
    const opened = existing ? await openFolder(options) : null;
    if (opened) run.provide(runParts.folder, opened, (folder) => folder.close());
    const checkpoint = opened && resume ? await findCheckpoint(opened, onEvent) : null;
    const tell = (text: string): void => onEvent({ kind: 'phase', text });
    const sessions = new Sessions((changes) => openParts({ ...given, run, changes, tell }));
    const session = await sessions.open(checkpoint?.state.changes ?? []);
    const { backendDescription, recipe } = session;
    const profiler = new StepProfiler(recipe.backend, options.profileSteps ?? 0);
    const environment = describeEnvironment(backendDescription, recipe.precision, components.manifest);
    const engine = checkpoint && (await engineChange(runFolder, backendDescription, recipe.precision));
    if (opened) {
      for (const text of environmentChanges(await opened.readEnvironment(), components.manifest))
        onEvent({ kind: 'note', text });
      await opened.writeEnvironment(environment);
    } else {
      const made = await RunFolder.create(runFolder, { config, environment });
      run.provide(runParts.folder, made, (folder) => folder.close());
    }
    const folder = await run.get(runParts.folder);
    if (session.backendNote) onEvent({ kind: 'note', text: session.backendNote });
    reportData(session, onEvent);
    if (checkpoint) {
      for (const text of session.restore(checkpoint.tensorFiles, checkpoint.state, folder.path))
        onEvent({ kind: 'note', text });
      onEvent({ kind: 'note', text: `resumed at step ${session.trainer.step}${checkpoint.again}` });
    } else if (config.init !== null) {
      const weights = await sessions.initialWeights();
      for (const text of await weights.begin(session, config.init)) onEvent({ kind: 'note', text });
    }
    const note = (text: string): void => onEvent({ kind: 'note', text });
    try {
      const log = new RunLog(folder, await run.get(runParts.reporters), note);
      if (engine) {
        note(engineChangeText(engine));
        log.record({ step: sessions.session.trainer.step, engine });
      }
      await sessions.openEvaluator();
      const { clock } = components;
      return await new TrainingLoop(folder, sessions, log, profiler, onEvent, options.signal, clock).run();
    } catch (error) {
      // A run that never made a step is nothing to resume: it would only be in the way of the next try.
      if (!opened && sessions.session.trainer.step === 0) await folder.discard();
      throw error;
    }
  } finally {
    await run.dispose();
  }
}

/** The run to resume; for a new run in a folder that has one, the error that says so. */
function openFolder({ resume, runFolder, config }: TrainOptions): Promise<RunFolder> {
  return resume ? RunFolder.open(runFolder) : RunFolder.create(runFolder, { config, environment: {} });
}

/** What opening the data had to tell: where labels come from, and files that were skipped. */
function reportData({ dataset }: TrainingSession, onEvent: (event: RunEvent) => void): void {
  const { skipped, notes = [] } = dataset.report;
  for (const text of notes) onEvent({ kind: 'note', text: `${dataset.name}: ${text}` });
  for (const { file, reason } of skipped.slice(0, 10))
    onEvent({ kind: 'note', text: `skipped ${file}, which ${reason}` });
  if (skipped.length > 10) onEvent({ kind: 'note', text: `skipped ${skipped.length - 10} more files` });
}

interface FoundCheckpoint {
  readonly tensorFiles: CheckpointTensors;
  readonly state: SessionState;
  /** What becomes of later events, in words. */
  readonly again: string;
}

/** What the run goes on from; null where it starts over. @throws NO_CHECKPOINT */
async function findCheckpoint(
  run: RunFolder,
  onEvent: (event: RunEvent) => void,
): Promise<FoundCheckpoint | null> {
  const { checkpoint, skipped, recovered, removedEvents } = await run.resume();
  for (const text of recovered) onEvent({ kind: 'note', text });
  for (const { step, reason } of skipped)
    onEvent({ kind: 'note', text: `checkpoint ${step} was passed over: ${reason}` });
  if (!checkpoint) {
    if (skipped.length > 0) {
      throw new GanymedeError(
        'NO_CHECKPOINT',
        `${run.path}: expected a whole checkpoint, got ${skipped.length} damaged`,
        {
          kind: 'missing',
          hint: 'They are left as they are. Start a new run, or restore one from a backup.',
        },
      );
    }
    onEvent({ kind: 'note', text: 'no checkpoint yet: the run starts over' });
    return null;
  }
  // One that was handed on to be sampled has no state to train from either.
  if (!existsSync(join(checkpoint.folder, 'discriminator.safetensors'))) throw noDiscriminator(run.path);
  const { tensorFiles, state } = await readSession(checkpoint.folder);
  const again = removedEvents > 0 ? `, ${removedEvents} later events are done again` : '';
  return { tensorFiles, state, again };
}
