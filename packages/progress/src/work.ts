import { formatDuration, formatRate } from './format.js';

/** Milliseconds between two plain lines of one stretch of work. */
const lineInterval = 10_000;
/** Milliseconds between two updates of the terminal's line. */
const updateInterval = 200;

/** Counted work on stderr: one line that is rewritten on a terminal, else a line every ten seconds. */
export class WorkProgress {
  private text = '';
  private startedAt = 0;
  private startedWith = 0;
  private shownAt = -Infinity;

  /**
   * @param quiet - shows nothing, for `--json`
   * @param now - milliseconds of a monotonic clock
   */
  constructor(
    private readonly stream: Pick<NodeJS.WriteStream, 'write' | 'isTTY'>,
    private readonly quiet: boolean,
    private readonly now: () => number,
  ) {}

  /** `done` of `total` images of one stretch of work; a new text begins a new stretch. */
  count(text: string, done: number, total: number): void {
    if (this.quiet) return;
    const time = this.now();
    if (text !== this.text) {
      this.text = text;
      this.startedAt = time;
      this.startedWith = done;
      this.shownAt = this.stream.isTTY ? -Infinity : time;
    }
    const isDue = time - this.shownAt >= (this.stream.isTTY ? updateInterval : lineInterval);
    if (!isDue && (done < total || !this.stream.isTTY)) return;
    this.shownAt = time;
    const seconds = (time - this.startedAt) / 1000;
    const rate = seconds > 0 ? (done - this.startedWith) / seconds : 0;
    const pace = rate > 0 ? `  ${formatRate(rate)}  ${formatDuration((total - done) / rate)} left` : '';
    this.show(`${text}: ${done} of ${total}${pace}`);
  }

  /** Work that is not counted. */
  say(text: string): void {
    if (this.quiet || text === this.text) return;
    this.text = text;
    this.show(text);
  }

  close(): void {
    if (!this.quiet && this.stream.isTTY) this.stream.write('\r\u001b[K');
  }

  private show(line: string): void {
    this.stream.write(this.stream.isTTY ? `\r\u001b[K${line}` : `${line}\n`);
  }
}
