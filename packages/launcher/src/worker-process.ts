import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Clock, ToldError } from '@ganymede/core';
import type { RunEvent, TrainResult } from '@ganymede/toolkit';
import { after } from './after.js';
import type { WorkerCommand } from './worker-commands.js';
import { launchedVariable, type WorkerMessage } from './worker-message.js';

export interface WorkerProcessOptions {
  readonly rank: number;
  readonly command: WorkerCommand;
  readonly clock: Clock;
  readonly onEvent: (event: RunEvent) => void;
}

/** Lines of a process that are kept. */
const keptLines = 20;
/** How long it may take to end a process on another machine, which may be out of reach. */
const killMilliseconds = 10_000;

/** One process of a run, as the launcher sees it. */
export class WorkerProcess {
  readonly rank: number;
  /** Generator steps that it told of. */
  step = 0;
  /** Whether it told of other work since its last step. */
  isBetweenSteps = true;
  result: (TrainResult & { readonly finished: boolean }) | null = null;
  failure: ToldError | null = null;
  /** How it ended; null as long as it runs. */
  ended: { readonly code: number | null; readonly signal: string | null } | null = null;
  readonly exit: Promise<void>;
  /** The last of what it printed that was no message: words of native libraries, and what the system says of its end. */
  readonly lines: string[] = [];
  /** Whether it has said anything. */
  isHeard = false;
  private pid: number | null = null;
  private readonly command: WorkerCommand;
  private readonly child: ChildProcess;
  private heardAt: number;
  private readonly clock: Clock;

  constructor({ rank, command, clock, onEvent }: WorkerProcessOptions) {
    this.rank = rank;
    this.command = command;
    this.clock = clock;
    this.heardAt = clock.monotonic();
    const env = { ...process.env, [launchedVariable]: '1' };
    this.child = spawn(command.file, [...command.argv], { stdio: ['pipe', 'pipe', 'pipe'], env });
    const { stdin, stdout, stderr } = this.child;
    // It may be gone before it is told to stop.
    stdin!.on('error', () => undefined);
    createInterface({ input: stdout! }).on('line', (line) => this.hear(line, onEvent));
    createInterface({ input: stderr! }).on('line', (line) => this.note(line));
    this.exit = new Promise((resolve) => {
      this.child.on('error', (error) => {
        this.note(error.message);
        this.ended ??= { code: null, signal: null };
        resolve();
      });
      this.child.on('close', (code, signal) => {
        this.ended ??= { code, signal };
        resolve();
      });
    });
  }

  /** Seconds since it last said anything. */
  get silentSeconds(): number {
    return (this.clock.monotonic() - this.heardAt) / 1000;
  }

  /** What ended it, in words. ssh has one code for every end that is not the program's own. */
  get endedBy(): string {
    const { code = null, signal = null } = this.ended ?? {};
    if (this.command.kill && code === 255) return 'a kill or the loss of its connection (code 255)';
    return signal ?? `itself with code ${code ?? '?'}`;
  }

  /** Asks it to end after its step, with a checkpoint. */
  stop(): void {
    this.child.stdin!.write('stop\n');
  }

  /** Ends it at once, also where it is halted, and on another machine, if that can be reached. Resolves when it has ended. */
  async kill(): Promise<void> {
    if (!this.ended) this.child.kill('SIGKILL');
    await this.exit;
    const isOver = this.result !== null || this.failure !== null;
    if (this.pid === null || isOver || !this.command.kill) return;
    const { file, argv } = this.command.kill(this.pid);
    this.pid = null;
    const child = spawn(file, [...argv], { stdio: 'ignore' });
    const over = new Promise<void>((resolve) => {
      child.once('error', () => resolve());
      child.once('close', () => resolve());
    });
    await Promise.race([over, after(killMilliseconds)]);
    child.kill('SIGKILL');
  }

  private note(line: string): void {
    this.lines.push(line);
    if (this.lines.length > keptLines) this.lines.shift();
  }

  private hear(line: string, onEvent: (event: RunEvent) => void): void {
    this.heardAt = this.clock.monotonic();
    const message = messageOf(line);
    if (message === null) {
      this.note(line);
      return;
    }
    this.isHeard = true;
    if ('error' in message) {
      this.failure = message.error;
    } else if (message.kind === 'done') {
      const { kind: _, ...result } = message;
      this.result = result;
    } else if (message.kind === 'alive') {
      this.pid = message.pid;
    } else {
      this.isBetweenSteps = message.kind !== 'step';
      if (message.kind === 'step') this.step = message.step;
      onEvent(message);
    }
  }
}

/** Null for a line that the program did not print as a message: a warning of a native library. */
function messageOf(line: string): WorkerMessage | null {
  if (!line.startsWith('{')) return null;
  try {
    return JSON.parse(line) as WorkerMessage;
  } catch {
    return null;
  }
}
