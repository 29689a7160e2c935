import { type TrainingEvent, GanymedeError } from '@ganymede/core';
import { AppendFile, isErrno, nodeDisk, writeFileSafely, type Disk } from '@ganymede/files';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';

/**
 * `events.jsonl`: one JSON object a line, appended in one write each, so that a kill leaves at most the last line
 * half-written. Numbers that JSON lacks are strings: "NaN", "Infinity", "-Infinity".
 */
export class EventLog {
  private constructor(private readonly file: AppendFile) {}

  /** Opens for appending; creates the file. A last line that a kill has cut is removed. @throws as `AppendFile` */
  static open(path: string): EventLog {
    return new EventLog(AppendFile.open(path, { lines: true }));
  }

  get path(): string {
    return this.file.path;
  }

  /** @throws BAD_EVENT, DISK_FULL (after which the file ends with the last whole line) */
  append(event: TrainingEvent): void {
    this.file.append(`${serializeEvent(event)}\n`);
  }

  close(): void {
    this.file.close();
  }
}

function serializeEvent(event: TrainingEvent): string {
  if (!Number.isSafeInteger(event.step) || event.step < 0)
    throw new GanymedeError('BAD_EVENT', `event step: expected a non-negative integer, got ${event.step}`, {
      kind: 'failed',
    });
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

/** What every event has; the rest is not copied to be looked at, since logs are long. */
const eventSchema = z.object({ step: z.int() });

/** The event of a line; undefined where the line is none, as a kill or damage leaves them. */
export function parseEvent(line: string): TrainingEvent | undefined {
  try {
    const event: unknown = JSON.parse(line);
    return eventSchema.safeParse(event).success ? (event as TrainingEvent) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Cuts the log back to a checkpoint: events of later steps, which will be done again, and lines that are no events
 * go; the rest stays byte for byte. Only where a line in the middle goes is the file rewritten, and then replaced in one
 * step; else it is shortened, which a full disk allows.
 * @param step - the checkpoint's; events of this step stay
 */
export async function truncateEvents(
  path: string,
  step: number,
  disk: Disk = nodeDisk,
): Promise<{ readonly kept: number; readonly removed: number; readonly damaged: number }> {
  // Latin-1 keeps every byte what it is, whatever damage made of the text; JSON's own characters are ASCII.
  const text = await readFile(path, 'latin1').catch((error: unknown) => {
    if (isErrno(error, 'ENOENT')) return '';
    throw error;
  });
  const lines = text.split('\n');
  const unfinished = lines.pop();
  const steps = lines.map((line) => parseEvent(line)?.step);
  const kept = lines.filter((_, i) => steps[i] !== undefined && steps[i] <= step);
  const content = kept.map((line) => `${line}\n`).join('');
  if (content !== text && text.startsWith(content)) shorten(path, content.length);
  else if (content !== text) await writeFileSafely(path, Buffer.from(content, 'latin1'), { disk });
  const damagedLines = steps.filter((one) => one === undefined).length;
  return {
    kept: kept.length,
    removed: lines.length - damagedLines - kept.length,
    damaged: damagedLines + (unfinished ? 1 : 0),
  };
}

function shorten(path: string, size: number): void {
  const file = AppendFile.open(path, { lines: false });
  try {
    file.shorten(size);
  } finally {
    file.close();
  }
}
