import { errorOfTold, isGanymedeError, type Clock } from '@ganymede/core';
import { after } from './after.js';
import { helperLost } from './errors.js';
import { freeAddresses } from './free-addresses.js';
import { isSecondary, nextGeneration, type LaunchedWorkers } from './launch.js';
import { workerCommand, type WorkerCommandOptions } from './worker-commands.js';
import { WorkerProcess } from './worker-process.js';

export interface CrewOptions extends WorkerCommandOptions {
  readonly count: number;
  /** `host:port` of each, the first of this machine; null for free ones of it. */
  readonly addresses: readonly string[] | null;
  /** The command line of a process, without the program. */
  readonly argumentsOf: (workers: LaunchedWorkers) => readonly string[];
  readonly clock: Clock;
}

/** How long the others may take to say what they saw, or to end by themselves. */
const graceMilliseconds = 5000;
/** A process that says nothing for so long is halted: it says every two seconds that it lives. */
const silentSeconds = 120;

/**
 * Processes that help this one, which leads them as rank 0: each does the same command on its share. They write nothing, so that nothing
 * is left of them where one fails; then the command fails and can be typed again.
 */
export class Crew {
  private constructor(
    /** For this process. */
    readonly workers: LaunchedWorkers,
    private readonly helpers: readonly WorkerProcess[],
  ) {}

  static async start({ count, addresses, argumentsOf, clock, ...command }: CrewOptions): Promise<Crew> {
    const all = addresses ?? (await freeAddresses(count));
    const generation = nextGeneration(clock);
    const helpers = all.slice(1).map((address, i) => {
      const argv = argumentsOf({ addresses: all, rank: i + 1, generation });
      return new WorkerProcess({
        rank: i + 1,
        command: workerCommand(address, argv, command),
        clock,
        onEvent: () => undefined,
      });
    });
    return new Crew({ addresses: all, rank: 0, generation }, helpers);
  }

  /**
   * This process's part, in which it meets the others; then all have ended.
   * @throws what a helper failed with, WORKERS_LOST where one died, and what the work throws by itself
   */
  async during<T>(work: () => Promise<T>): Promise<T> {
    const { helpers } = this;
    const watch = setInterval(() => {
      for (const one of helpers) if (one.silentSeconds > silentSeconds) void one.kill();
    }, 1000);
    const ended = Promise.all(helpers.map(({ exit }) => exit));
    try {
      // One that cannot be started would be waited for until the roll call ends.
      const result = await Promise.race([work(), this.failure()]);
      await Promise.race([ended, after(graceMilliseconds)]);
      return result;
    } catch (error) {
      if (!isGanymedeError(error) || !isSecondary(error.code)) throw error;
      await Promise.race([this.failure(), after(graceMilliseconds)]);
      throw error;
    } finally {
      clearInterval(watch);
      await Promise.all(helpers.map((one) => one.kill()));
    }
  }

  /** Rejects with the failure of a helper, where one is the first to fail; never resolves. */
  private failure(): Promise<never> {
    return new Promise((_, reject) => {
      for (const one of this.helpers) {
        void one.exit.then(() => {
          const { failure, ended, rank, lines } = one;
          if (failure && isSecondary(failure.code)) return;
          if (failure) reject(errorOfTold(failure, `rank ${rank}`));
          else if (ended!.signal !== null || ended!.code !== 0) reject(helperLost(rank, one.endedBy, lines));
        });
      }
    });
  }
}
