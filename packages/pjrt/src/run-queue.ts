/** Runs one after the other, in the order of the calls; a failure does not hold up the next. */
export class RunQueue {
  private last: Promise<unknown> = Promise.resolve();

  add<T>(run: () => Promise<T>): Promise<T> {
    const result = this.last.then(run);
    this.last = result.catch(() => undefined);
    return result;
  }

  /** When all that was added before has ended. */
  idle(): Promise<void> {
    return this.last.then(() => undefined);
  }
}
