import { namingPath, nodeDisk, writeFileSafely, type Disk } from '@ganymede/files';
import { readdir, rmdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  latestCheckpoint,
  writeCheckpoint,
  type CheckpointContent,
  type LatestCheckpoint,
} from './checkpoint.js';
import {
  discardCheckpointsAfter,
  pruneCheckpoints,
  recoverCheckpoints,
  type Retention,
} from './checkpoint-retention.js';
import { EventLog, readEvents, truncateEvents } from './event-log.js';
import {
  assertFileName,
  assertRun,
  isRun,
  prettyJson,
  readRunConfig,
  readRunEnvironment,
  runExists,
  writeBest,
  writeEvaluation,
  type Best,
} from './run-files.js';
import { runLayout, stepFolderName } from './run-layout.js';
import { acquireRunLock, type RunLock } from './run-lock.js';

/** What `resume` found and did; every list is worth a line to the user. */
export interface Resumption extends LatestCheckpoint {
  /** Events removed because their steps will be done again. */
  readonly removedEvents: number;
  /** Lines of the event log that a kill or damage had made unreadable. */
  readonly damagedEvents: number;
  /** What a killed process had left behind and was settled. */
  readonly recovered: readonly string[];
}

/**
 * A run folder that this process writes to: it holds the run's lock until `close`. Whoever only reads (sampling, a
 * dashboard) uses `readRunConfig`, `readEvents` and `latestCheckpoint`, which need no lock and change nothing.
 */
export class RunFolder {
  private log: EventLog | null = null;

  private constructor(
    readonly path: string,
    private readonly lock: RunLock,
    private readonly disk: Disk,
  ) {}

  /**
   * Makes the folder of a new run.
   * @throws RUN_EXISTS if the folder has a config already, RUN_LOCKED, DISK_FULL, CANNOT_WRITE
   */
  static async create(
    path: string,
    { config, environment }: { readonly config: unknown; readonly environment: unknown },
    disk: Disk = nodeDisk,
  ): Promise<RunFolder> {
    await namingPath(path, () => disk.makeFolder(path));
    const run = new RunFolder(resolve(path), await acquireRunLock(path), disk);
    try {
      if (await isRun(path)) throw runExists(path);
      for (const folder of [runLayout.samples, runLayout.checkpoints, runLayout.evaluations])
        await namingPath(path, () => disk.makeFolder(join(path, folder)));
      await run.writeEnvironment(environment);
      // The config comes last: a folder with one is a run.
      await writeFileSafely(join(path, runLayout.config), prettyJson(config), { disk });
      return run;
    } catch (error) {
      await run.close();
      throw error;
    }
  }

  /** @throws RUN_NOT_FOUND, RUN_LOCKED naming the process that holds it */
  static async open(path: string, disk: Disk = nodeDisk): Promise<RunFolder> {
    await assertRun(path);
    return new RunFolder(resolve(path), await acquireRunLock(path), disk);
  }

  readConfig(): Promise<unknown> {
    return readRunConfig(this.path);
  }

  /** Replaces `environment.json`: it tells where the run goes on now. */
  async writeEnvironment(environment: unknown): Promise<void> {
    const path = join(this.path, runLayout.environment);
    await writeFileSafely(path, prettyJson(environment), { disk: this.disk });
  }

  /**
   * Brings the folder to its newest whole checkpoint: settles what a killed process left behind, and removes the events
   * and the snapshots of averages of steps that will be done again. Without any checkpoint the run starts over, and the
   * log with it.
   */
  async resume(): Promise<Resumption> {
    this.lock.assertHeld();
    const { path, disk } = this;
    const recovered = [
      ...(await recoverCheckpoints(path, disk)),
      ...(await recoverCheckpoints(path, disk, runLayout.emaSnapshots)),
    ];
    const latest = await latestCheckpoint(path);
    const step = latest.checkpoint?.step ?? -1;
    const cut = await this.cutEvents(step);
    // Where every checkpoint is damaged the run does not go on, and what it left is not redone.
    if (latest.checkpoint || latest.skipped.length === 0)
      await discardCheckpointsAfter(path, step, disk, runLayout.emaSnapshots);
    return { ...latest, recovered, removedEvents: cut.removed, damagedEvents: cut.damaged };
  }

  /**
   * Goes back to the newest whole checkpoint that is not after a step: later checkpoints and snapshots of averages are
   * removed, later events move to `rollbacks/<number>.jsonl`, where what led to it can still be read.
   * @returns the checkpoint; null where the run starts over
   */
  async rollBack(step: number): Promise<LatestCheckpoint['checkpoint']> {
    this.lock.assertHeld();
    await discardCheckpointsAfter(this.path, step, this.disk);
    const { checkpoint } = await latestCheckpoint(this.path);
    await discardCheckpointsAfter(this.path, checkpoint?.step ?? -1, this.disk);
    await discardCheckpointsAfter(this.path, checkpoint?.step ?? -1, this.disk, runLayout.emaSnapshots);
    await this.keepEventsAfter(checkpoint?.step ?? -1);
    await this.cutEvents(checkpoint?.step ?? -1);
    return checkpoint;
  }

  private async keepEventsAfter(step: number): Promise<void> {
    const { events } = await readEvents(join(this.path, runLayout.events));
    const later = events.filter((event) => event.step > step);
    if (later.length === 0) return;
    const folder = join(this.path, runLayout.rollbacks);
    await this.disk.makeFolder(folder);
    const number = (await readdir(folder)).filter((name) => name.endsWith('.jsonl')).length + 1;
    const lines = later.map((event) => `${JSON.stringify(event)}\n`).join('');
    await writeFileSafely(join(folder, `${number}.jsonl`), lines, { disk: this.disk });
  }

  private cutEvents(step: number): ReturnType<typeof truncateEvents> {
    // Truncation replaces the file, so the open descriptor would write to the old one.
    this.log?.close();
    this.log = null;
    return truncateEvents(join(this.path, runLayout.events), step, this.disk);
  }

  /** The event log, opened on first use. */
  get events(): EventLog {
    this.lock.assertHeld();
    return (this.log ??= EventLog.open(join(this.path, runLayout.events)));
  }

  /** See `writeCheckpoint`. @throws RUN_LOCK_LOST rather than write beside another process */
  async writeCheckpoint(step: number, content: CheckpointContent): Promise<string> {
    this.lock.assertHeld();
    return writeCheckpoint(this.path, step, content, this.disk);
  }

  /**
   * Writes `ema-snapshots/<step>` as a checkpoint is written. `pruneCheckpoints` leaves it: an average is rebuilt from
   * snapshots of the whole run.
   */
  async writeEmaSnapshot(step: number, content: CheckpointContent): Promise<string> {
    this.lock.assertHeld();
    return writeCheckpoint(this.path, step, content, this.disk, runLayout.emaSnapshots);
  }

  /** See `pruneCheckpoints`. */
  async pruneCheckpoints(retention: Retention): Promise<number[]> {
    this.lock.assertHeld();
    return pruneCheckpoints(this.path, retention, this.disk);
  }

  /** Writes `samples/<name>`, e.g. `00001000.png`. @returns the path */
  async writeSample(name: string, bytes: Uint8Array): Promise<string> {
    const path = join(this.path, runLayout.samples, assertFileName(name));
    await writeFileSafely(path, bytes, { disk: this.disk });
    return path;
  }

  /**
   * Writes the files of a profile where TensorBoard looks for them: `tensorboard --logdir <run>/profiles`.
   * @returns their folder
   */
  async writeProfile(step: number, files: Readonly<Record<string, Uint8Array>>): Promise<string> {
    const folder = join(this.path, runLayout.profiles, 'plugins', 'profile', stepFolderName(step));
    for (const [name, bytes] of Object.entries(files))
      await writeFileSafely(join(folder, assertFileName(name)), bytes, { disk: this.disk });
    return folder;
  }

  /** Writes `evaluations/<name>.json`. @returns the path */
  async writeEvaluation(name: string, evaluation: unknown): Promise<string> {
    return writeEvaluation(this.path, name, evaluation, this.disk);
  }

  /** Says which checkpoint is the best so far; retention has to keep it. */
  async writeBest(best: Best): Promise<void> {
    this.lock.assertHeld();
    await writeBest(this.path, best, this.disk);
  }

  /** No checkpoint is known as the best any more. */
  async forgetBest(): Promise<void> {
    this.lock.assertHeld();
    await this.disk.remove(join(this.path, runLayout.best));
  }

  /** What `environment.json` says; null where it cannot be read. */
  readEnvironment(): Promise<unknown> {
    return readRunEnvironment(this.path);
  }

  /**
   * Takes back what `create` made of a run that never came to a step, so that its name is free again. Files of others stay,
   * and with them the folder.
   */
  async discard(): Promise<void> {
    this.lock.assertHeld();
    this.log?.close();
    this.log = null;
    // Without its config the folder is no run, whatever else is left of it.
    for (const file of [runLayout.config, runLayout.environment, runLayout.events])
      await this.disk.remove(join(this.path, file));
    await this.lock.release();
    await this.disk.remove(join(this.path, `${runLayout.lock}-owner.json`));
    for (const folder of [runLayout.samples, runLayout.checkpoints, runLayout.evaluations, '.'])
      await rmdir(join(this.path, folder)).catch(() => undefined);
  }

  async close(): Promise<void> {
    this.log?.close();
    this.log = null;
    await this.lock.release();
  }
}
