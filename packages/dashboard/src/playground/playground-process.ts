import { fork, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { errorOfTold } from '@ganymede/core';
import type { Answer, Answers, Question } from './contract.js';
import { busy, ended, superseded, tooSlow } from './errors.js';

export interface PlaygroundProcessOptions {
  /** File of the program, which answers as `answerQuestions` does. */
  readonly program: string;
  /** Milliseconds without a question after which the process is ended; two minutes by default. */
  readonly idleMilliseconds?: number;
  /** Milliseconds that an answer may take; ten minutes by default, for whatever else runs goes first. */
  readonly mostMilliseconds?: number;
}

interface Job {
  readonly client: string;
  readonly question: Question;
  resolve(answer: Answers[keyof Answers]): void;
  reject(error: unknown): void;
}

/** Pages that may wait at a time. */
const mostWaiting = 8;
/** Lines of the process that are kept for the error that tells of its end. */
const keptLines = 5;

/**
 * The process that makes pictures: started by the first question, ended when none came for a while. It answers one question at a
 * time; of those that a page has waiting only the newest stays.
 */
export class PlaygroundProcess {
  private child: ChildProcess | null = null;
  private running: Job | null = null;
  private readonly waiting: Job[] = [];
  private timer: NodeJS.Timeout | undefined;
  private isClosed = false;

  constructor(private readonly options: PlaygroundProcessOptions) {}

  /**
   * @param client - whose question it is
   * @param signal - ends the waiting; what was begun is done
   * @throws PLAYGROUND_SUPERSEDED, PLAYGROUND_BUSY, PLAYGROUND_ENDED, PLAYGROUND_TOO_SLOW, and what the process tells
   */
  ask<Kind extends Question['kind']>(
    client: string,
    question: Question & { readonly kind: Kind },
    signal: AbortSignal,
  ): Promise<Answers[Kind]> {
    return new Promise((resolve, reject) => {
      const job: Job = { client, question, resolve: resolve as Job['resolve'], reject };
      const older = this.waiting.find((one) => one.client === client);
      if (older) this.drop(older);
      if (signal.aborted) reject(superseded());
      else if (this.isClosed || this.waiting.length >= mostWaiting) reject(busy(this.waiting.length));
      else {
        this.waiting.push(job);
        signal.addEventListener('abort', () => this.drop(job), { once: true });
        this.next();
      }
    });
  }

  /** Ends the process; who waits is told. */
  close(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
    for (const job of this.waiting.splice(0)) job.reject(superseded());
    this.end('the end of the server');
  }

  private drop(job: Job): void {
    const at = this.waiting.indexOf(job);
    if (at < 0) return;
    this.waiting.splice(at, 1);
    job.reject(superseded());
  }

  private next(): void {
    if (this.running || this.isClosed) return;
    clearTimeout(this.timer);
    const job = this.waiting.shift();
    const { idleMilliseconds = 120_000, mostMilliseconds = 600_000 } = this.options;
    if (!job) {
      this.timer = setTimeout(() => this.end('idleness'), idleMilliseconds).unref();
      return;
    }
    this.running = job;
    this.timer = setTimeout(() => {
      this.running = null;
      job.reject(tooSlow(mostMilliseconds / 1000));
      this.end('its time limit');
      this.next();
    }, mostMilliseconds).unref();
    const child = (this.child ??= this.start());
    // Where it cannot be told any more its end is near, and says why.
    child.send(job.question, () => undefined);
  }

  private start(): ChildProcess {
    const child = fork(this.options.program, [], {
      serialization: 'advanced',
      // A session of its own: a Ctrl-C in the terminal is not for it, and its priority is its own.
      detached: true,
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    const lines: string[] = [];
    createInterface({ input: child.stderr! }).on('line', (line) => {
      lines.push(line);
      if (lines.length > keptLines) lines.shift();
    });
    child.on('message', (answer) => {
      if (child === this.child) this.settle(answer as Answer);
    });
    child.on('error', (error) => this.lost(child, error.message, lines));
    child.on('close', (code, signal) => this.lost(child, signal ?? `code ${code ?? '?'}`, lines));
    // Nothing is kept alive by it: the server's own work decides when that ends.
    child.unref();
    child.channel?.unref();
    return child;
  }

  private settle(answer: Answer): void {
    const job = this.running;
    this.running = null;
    if ('error' in answer) job?.reject(errorOfTold(answer.error));
    else job?.resolve(answer.value);
    this.next();
  }

  /** The process is gone, unasked. */
  private lost(child: ChildProcess, how: string, lines: readonly string[]): void {
    if (child !== this.child) return;
    this.child = null;
    child.kill('SIGKILL');
    const job = this.running;
    this.running = null;
    job?.reject(ended(how, lines));
    this.next();
  }

  private end(why: string): void {
    const { child } = this;
    this.child = null;
    child?.kill('SIGKILL');
    const job = this.running;
    this.running = null;
    job?.reject(ended(why, []));
  }
}
