import type { TrainingEvent } from '@ganymede/core';
import { GanymedeError } from '@ganymede/core';
import { closeSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { asDiskError, isErrno, nodeDisk, replaceFile, type Disk } from './disk.js';

/**
 * `events.jsonl`: one JSON object a line, appended in one write each, so that a kill leaves at most the last line
 * half-written. Numbers that JSON lacks are strings: "NaN", "Infinity", "-Infinity".
 */
export class EventLog {
  private constructor(
    readonly path: string,
    private readonly file: number,
  ) {}

  /** Opens for appending; creates the file. */
  static open(path: string): EventLog {
    return new EventLog(path, openSync(path, 'a'));
  }

  /** @throws BAD_EVENT, DISK_FULL (after which the file ends with the last whole line) */
  append(event: TrainingEvent): void {
    const bytes = Buffer.from(`${serializeEvent(event)}\n`);
    const before = fstatSync(this.file).size;
    try {
      let done = 0;
      while (done < bytes.byteLength) done += writeSync(this.file, bytes, done);
    } catch (error) {
      ftruncateSync(this.file, before);
      throw asDiskError(error, this.path);
    }
  }

  close(): void {
    closeSync(this.file);
  }
}

function serializeEvent(event: TrainingEvent): string {
  if (!Number.isSafeInteger(event.step) || event.step < 0)
    throw new GanymedeError('BAD_EVENT', `event step: expected a non-negative integer, got ${event.step}`);
  return JSON.stringify(event, (_, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
  );
}

export interface EventLogContent {
  readonly events: readonly TrainingEvent[];
  /** 1-based numbers of lines that are no event: half-written by a kill, or damaged. */
  readonly damagedLines: readonly number[];
}

/** Reads the events of a run, also of one that is being written. No file is an empty log. */
export async function readEvents(path: string): Promise<EventLogContent> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (isErrno(error, 'ENOENT')) return '';
    throw error;
  });
  const events: TrainingEvent[] = [];
  const damagedLines: number[] = [];
  const lines = text.split('\n');
  lines.forEach((line, i) => {
    if (line === '') return;
    // A last line without its newline may be a prefix that happens to parse.
    const event = i === lines.length - 1 ? undefined : parseEvent(line);
    if (event) events.push(event);
    else damagedLines.push(i + 1);
  });
  return { events, damagedLines };
}

function parseEvent(line: string): TrainingEvent | undefined {
  try {
    const event = JSON.parse(line) as TrainingEvent | null;
    return typeof event === 'object' && Number.isSafeInteger(event?.step) ? event! : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Cuts the log back to a checkpoint: events of later steps, which will be done again, and lines that are no events
 * go; the rest stays byte for byte. The file is replaced in one step.
 * @param step - the checkpoint's; events of this step stay
 */
export async function truncateEvents(
  path: string,
  step: number,
  disk: Disk = nodeDisk,
): Promise<{ readonly kept: number; readonly removed: number; readonly damaged: number }> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (isErrno(error, 'ENOENT')) return '';
    throw error;
  });
  const whole = text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .slice(0, -1);
  const events = whole.map(parseEvent);
  const kept = whole.filter((_, i) => events[i] !== undefined && events[i].step <= step);
  const damaged =
    events.filter((event) => event === undefined).length + (text.endsWith('\n') || text === '' ? 0 : 1);
  const content = kept.map((line) => `${line}\n`).join('');
  if (content !== text) await replaceFile(path, content, disk);
  return {
    kept: kept.length,
    removed: whole.length - events.filter((e) => e === undefined).length - kept.length,
    damaged,
  };
}
