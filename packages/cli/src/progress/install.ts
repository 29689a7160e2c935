import type { TensorFlowInstallProgress } from '@ganymede/toolkit';
import { SingleBar } from 'cli-progress';
import { formatBytes } from './format.js';

/** Bytes between two plain lines. */
const lineBytes = 100e6;

/** A bar a stage on a terminal, else a line every 100 MB. */
export class InstallProgressView {
  private stage: string | null = null;
  private bar: SingleBar | null = null;
  private nextLine = 0;

  constructor(
    private readonly stream: NodeJS.WriteStream,
    private readonly quiet: boolean,
  ) {}

  show({ stage, bytes, totalBytes }: TensorFlowInstallProgress): void {
    if (this.quiet) return;
    if (stage !== this.stage) {
      this.close();
      this.stage = stage;
      this.nextLine = 0;
      if (this.stream.isTTY) {
        this.bar = new SingleBar({
          stream: this.stream,
          format: `${stage.padEnd(8)} {bar} {done} {of}`,
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
      this.stream.write(`${stage} ${formatBytes(bytes)}\n`);
    }
  }

  close(): void {
    this.bar?.stop();
    this.bar = null;
    this.stage = null;
  }
}
