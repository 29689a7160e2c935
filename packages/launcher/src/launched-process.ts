import type { RunReporter } from '@ganymede/progress';
import type { RunEvent } from '@ganymede/toolkit';
import { aliveMilliseconds, launchedVariable, type WorkerMessage } from './worker-message.js';

/** What a started process needs of its `process`. */
export interface LaunchedStreams {
  readonly pid: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream;
}

/**
 * The side of a process that a launcher started: it prints every event as a JSON line, says that it lives, and hears from its
 * input when it shall stop, or that the launcher is gone.
 */
export class LaunchedProcess implements RunReporter {
  private readonly timer: NodeJS.Timeout;

  /** @returns null where no launcher started the process */
  static of(streams: LaunchedStreams, heard: { stop(): void; gone(): void }): LaunchedProcess | null {
    return streams.env[launchedVariable] === undefined ? null : new LaunchedProcess(streams, heard);
  }

  private constructor(
    private readonly streams: LaunchedStreams,
    heard: { stop(): void; gone(): void },
  ) {
    const live = (): void => this.print({ kind: 'alive', pid: streams.pid });
    live();
    this.timer = setInterval(live, aliveMilliseconds);
    streams.stdin.on('data', (text: Buffer | string) => {
      if (String(text).includes('stop')) heard.stop();
    });
    streams.stdin.on('end', () => heard.gone());
  }

  report(event: RunEvent): void {
    this.print(event);
  }

  close(): void {
    clearInterval(this.timer);
    this.streams.stdin.removeAllListeners('data').removeAllListeners('end').pause();
  }
  private print(message: WorkerMessage): void {
    this.streams.stdout.write(`${JSON.stringify(message)}\n`);
  }
}
