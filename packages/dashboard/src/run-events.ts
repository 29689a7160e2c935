import { open, stat } from 'node:fs/promises';
import { parseEvent } from '@ganymede/checkpoints';

/** What a stabilizer said, or what became of it. */
export interface Remark {
  readonly step: number;
  readonly kind: string;
  readonly text: string;
}

interface Growing {
  readonly steps: number[];
  readonly values: (number | null)[];
}

/** Objects of an event whose numbers are lines of their own, by the names in them. */
const nested = new Set(['spectrum', 'probe', 'gradientNorms', 'updateNorms', 'weightNorms']);

/** Bytes that are read at once. */
const pieceBytes = 1 << 22;

/**
 * The events of a run, read as they come: only what is new since the last look, and whole lines only. A log that became
 * shorter, or another file, is read from its start: a rollback or a resumption cut it.
 */
export class RunEvents {
  readonly lines = new Map<string, Growing>();
  readonly remarks: Remark[] = [];
  /** Lines that are no events. */
  damaged = 0;
  lastStep: number | null = null;
  /** Goes up with every change. */
  revision = 0;
  private offset = 0;
  private inode = 0;
  private rest = Buffer.alloc(0);
  private reading: Promise<boolean> | null = null;

  constructor(private readonly path: string) {}

  /** Reads what is new. @returns whether anything was; false also for a log that is gone */
  refresh(): Promise<boolean> {
    this.reading ??= this.read().finally(() => (this.reading = null));
    return this.reading;
  }

  private async read(): Promise<boolean> {
    const found = await stat(this.path).catch(() => null);
    if (!found?.isFile()) return false;
    const isOther = found.ino !== this.inode || found.size < this.offset;
    if (isOther) this.reset(found.ino);
    if (found.size === this.offset) return isOther;
    const file = await open(this.path).catch(() => null);
    if (!file) return false;
    try {
      for (;;) {
        const piece = Buffer.alloc(Math.min(pieceBytes, found.size - this.offset));
        const { bytesRead } = await file.read(piece, 0, piece.length, this.offset);
        if (bytesRead === 0) break;
        this.offset += bytesRead;
        this.take(piece.subarray(0, bytesRead));
      }
    } finally {
      await file.close();
    }
    this.revision++;
    return true;
  }

  private reset(inode: number): void {
    this.lines.clear();
    this.remarks.length = 0;
    this.damaged = 0;
    this.lastStep = null;
    this.offset = 0;
    this.inode = inode;
    this.rest = Buffer.alloc(0);
    this.revision++;
  }

  private take(piece: Buffer): void {
    const bytes = this.rest.length > 0 ? Buffer.concat([this.rest, piece]) : piece;
    const end = bytes.lastIndexOf(0x0a) + 1;
    this.rest = Buffer.from(bytes.subarray(end));
    for (const text of bytes.subarray(0, end).toString('utf8').split('\n')) if (text !== '') this.add(text);
  }

  private add(text: string): void {
    const event = parseEvent(text);
    if (!event) {
      this.damaged++;
      return;
    }
    const { step } = event;
    this.lastStep = Math.max(this.lastStep ?? 0, step);
    const { stabilizer, evidence, rollback } = event;
    if (typeof evidence === 'string')
      this.remarks.push({ step, kind: typeof stabilizer === 'string' ? stabilizer : 'note', text: evidence });
    if (typeof rollback === 'object' && rollback !== null) {
      const { from, to, evidence: why } = rollback as Record<string, unknown>;
      this.remarks.push({
        step,
        kind: 'rollback',
        text: `from step ${String(from)} to ${String(to)}: ${String(why)}`,
      });
    }
    for (const [name, value] of Object.entries(event)) if (name !== 'step') this.addValue(step, name, value);
  }

  private addValue(step: number, name: string, value: unknown): void {
    if (typeof value === 'number' || value === 'NaN' || value === 'Infinity' || value === '-Infinity') {
      let line = this.lines.get(name);
      if (!line) this.lines.set(name, (line = { steps: [], values: [] }));
      const number = typeof value === 'number' ? value : null;
      // A step that is done again, after a rollback whose log was not cut, takes the place of what was after it.
      while (line.steps.length > 0 && line.steps.at(-1)! >= step) {
        line.steps.pop();
        line.values.pop();
      }
      line.steps.push(step);
      line.values.push(number);
      return;
    }
    if (typeof value !== 'object' || value === null || !nested.has(name.split('/')[0]!)) return;
    for (const [key, one] of Object.entries(value)) this.addValue(step, `${name}/${key}`, one);
  }
}
