import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { RunFolder, runLayout } from '@ganymede/checkpoints';
import { GanymedeError, type Components, type PartScope, type PluginHost } from '@ganymede/core';
import type { WorkerGroup } from '@ganymede/workers';
import { dataCache } from '../engine/cache.js';
import { engineChange, engineChangeText } from '../engine/engine-change.js';
import { describeEnvironment } from '../engine/environment.js';
import { openParts, openRunParts } from '../parts/open-parts.js';
import { runParts } from '../parts/run-parts.js';
import type { RunEvent, TrainOptions, TrainResult } from '../types.js';
import { noDiscriminator } from '../errors.js';
import { acrossImagesNote } from './across-images.js';
import { environmentChanges } from './environment-changes.js';
import { openWhenFree, type OpenWhenFreeOptions } from './open-when-free.js';
import { RunLog } from './run-log.js';
import { Sessions } from './sessions.js';
import { RunKeeper } from './run-keeper.js';
import { StepProfiler } from './step-profiler.js';
import { TrainingLoop } from './training-loop.js';
import { readSession, type SessionState } from './session-state.js';
import type { TrainingSession } from './training-session.js';
import { factsOfRecipe, factsOfSession } from './worker-facts.js';

type CheckpointTensors = Awaited<ReturnType<typeof readSession>>['tensorFiles'];

/**
 * Trains a run to its last step, or until the signal; either way it ends with a checkpoint. Where several processes train it,
 * rank 0 reads and writes the run folder, and the others have what it tells them.
 * @throws WORKER_STALLED where nothing goes on in any of them; what is open stays open then, and the process has to end
 */
export async function train(host: PluginHost, options: TrainOptions): Promise<TrainResult> {
  const { config, runFolder, workers } = options;
  const components = await host.open({ config, plugins: options.plugins ?? [], runFolder });
  const given = { components, config, cacheFolder: dataCache(), workers };
  const run = openRunParts(given);
  let isStalled = false;
  try {
    const group = await run.get(runParts.workers);
    const stalled = group.stalled.catch((error: unknown) => {
      isStalled = true;
      throw error;
    });
    const tell = (text: string): void => options.onEvent?.({ kind: 'phase', text });
    const sessions = new Sessions((changes) => openParts({ ...given, run, changes, tell }));
    return await Promise.race([trainWith(options, { run, group, sessions, components }), stalled]);
  } finally {
    if (!isStalled) await run.dispose();
  }
}

interface OpenRun {
  readonly run: PartScope;
  readonly group: WorkerGroup;
  readonly sessions: Sessions;
  readonly components: Components;
}

async function trainWith(
  options: TrainOptions,
  { run, group, sessions, components }: OpenRun,
): Promise<TrainResult> {
  const { config, resume, runFolder, signal } = options;
  const { clock, manifest } = components;
  const onEvent = options.onEvent ?? (() => undefined);
  const note = (text: string): void => onEvent({ kind: 'note', text });
  await group.expectSame(factsOfRecipe(config, manifest));
  // A run that goes on is locked first; a new one gets its folder when its data and networks stand, so that a wrong
  // path or option leaves nothing behind.
  const found = await group.alone(async () => {
    const existing = resume || existsSync(join(runFolder, runLayout.config));
    const folder = existing ? await openFolder(options, { isShared: group.size > 1, clock, note }) : null;
    if (folder) run.provide(runParts.folder, folder, (one) => one.close());
    return { folder, checkpoint: folder && resume ? await findCheckpoint(folder, onEvent) : null };
  });
  const session = await sessions.open(await group.share(found?.checkpoint?.state.changes ?? []));
  await group.expectSame(factsOfSession(session));
  const profiler = new StepProfiler(session.backend, options.profileSteps ?? 0);
  try {
    const keeper = await group.alone(async () => {
      const { checkpoint } = found!;
      const environment = describeEnvironment(session.backendDescription, session.recipe.precision, manifest);
      const engine =
        checkpoint && (await engineChange(runFolder, session.backendDescription, session.recipe.precision));
      if (found!.folder) {
        for (const text of environmentChanges(await found!.folder.readEnvironment(), manifest)) note(text);
        await found!.folder.writeEnvironment(environment);
      } else {
        const made = await RunFolder.create(runFolder, { config, environment });
        run.provide(runParts.folder, made, (one) => one.close());
      }
      const folder = await run.get(runParts.folder);
      if (session.backendNote) note(session.backendNote);
      const across = acrossImagesNote(session, group.size);
      if (across !== null) note(across);
      reportData(session, onEvent);
      await beginSession(sessions, checkpoint, folder, note);
      const log = new RunLog(folder, await run.get(runParts.reporters), note);
      if (engine) {
        note(engineChangeText(engine));
        log.record({ step: session.trainer.step, engine });
      }
      await sessions.openEvaluator();
      return new RunKeeper(folder, sessions, log, onEvent);
    });
    await session.joinLeader(group);
    await sessions.joinEvaluators(group);
    return await new TrainingLoop({ sessions, group, keeper, profiler, onEvent, signal, clock }).run();
  } catch (error) {
    // A run that never made a step is nothing to resume: it would only be in the way of the next try.
    const isNew = found !== null && found.folder === null;
    if (isNew && sessions.session.trainer.step === 0) await discardFolder(run);
    throw error;
  }
}

/** The folder of a new run, where it was made. */
async function discardFolder(run: PartScope): Promise<void> {
  const folder = await run.get(runParts.folder).catch(() => null);
  await folder?.discard();
}

/** Gives a session what it goes on from, or what it begins with where its weights are not drawn. */
async function beginSession(
  sessions: Sessions,
  checkpoint: FoundCheckpoint | null,
  { path }: RunFolder,
  note: (text: string) => void,
): Promise<void> {
  const { session } = sessions;
  const { init } = session.config;
  if (checkpoint) {
    for (const text of session.restore(checkpoint.tensorFiles, checkpoint.state, path)) note(text);
    note(`resumed at step ${session.trainer.step}${checkpoint.again}`);
  } else if (init !== null) {
    const weights = await sessions.initialWeights();
    for (const text of await weights.begin(session, init)) note(text);
  }
}

/** The run to resume; for a new run in a folder that has one, the error that says so. */
function openFolder(
  { resume, runFolder, config }: TrainOptions,
  { isShared, ...waiting }: OpenWhenFreeOptions & { readonly isShared: boolean },
): Promise<RunFolder> {
  if (!resume) return RunFolder.create(runFolder, { config, environment: {} });
  return isShared ? openWhenFree(runFolder, waiting) : RunFolder.open(runFolder);
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
