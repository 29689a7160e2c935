/** Runs one after the other, in the order of the calls; a failure does not hold up the next. */
export class RunQueue {
  private last: Promise<unknown> = Promise.resolve();
  private waiting = 0;

  /** Whether a run is under way or waiting. */
  get busy(): boolean {
    return this.waiting > 0;
  }

  add<T>(run: () => Promise<T> | T): Promise<T> {
    this.waiting++;
    const result = this.last.then(run).finally(() => this.waiting--);
    this.last = result.catch(() => undefined);
    return result;
  }

  /** Acts when all that was started before has ended. */
  afterwards(act: () => void | Promise<void>): void {
    this.last = this.last.then(act);
  }
}
