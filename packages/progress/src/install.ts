import type { InstallProgress } from '@ganymede/toolkit';
import { SingleBar } from 'cli-progress';
import { formatBytes } from './format.js';

/** Bytes between two plain lines. */
const lineBytes = 100e6;

/** A bar for each wheel and stage on a terminal, else a line every 100 MB. */
export class InstallProgressView {
  private work: string | null = null;
  private bar: SingleBar | null = null;
  private nextLine = 0;

  constructor(
    private readonly stream: NodeJS.WriteStream,
    private readonly quiet: boolean,
  ) {}

  show({ wheel, stage, bytes, totalBytes }: InstallProgress): void {
    if (this.quiet) return;
    const work = `${wheel} ${stage}`;
    if (work !== this.work) {
      this.close();
      this.work = work;
      this.nextLine = 0;
      if (this.stream.isTTY) {
        this.bar = new SingleBar({
          stream: this.stream,
          format: `${work} {bar} {done} {of}`,
          barsize: 24,
          gracefulExit: false,
        });
        this.bar.start(totalBytes ?? 0, 0, { done: '', of: '' });
      }
    }
    if (this.bar) {
      if (totalBytes !== undefined) this.bar.setTotal(totalBytes);
      const of = totalBytes === undefined ? '' : `of ${formatBytes(totalBytes)}`;
      this.bar.update(bytes, { done: formatBytes(bytes), of });
    } else if (bytes >= this.nextLine) {
      this.nextLine = bytes + lineBytes;
      this.stream.write(`${work} ${formatBytes(bytes)}\n`);
    }
  }

  close(): void {
    this.bar?.stop();
    this.bar = null;
    this.work = null;
  }
}
