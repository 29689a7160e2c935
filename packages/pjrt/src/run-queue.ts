/** Starts runs one after the other, in the order of the calls; a failure does not hold up the next. */
export class RunQueue {
  private last: Promise<unknown> = Promise.resolve();
  private readonly underWay = new Set<Promise<unknown>>();

  add<T>(start: () => Promise<T>): Promise<T> {
    const result = this.last.then(start);
    this.last = result.catch(() => undefined);
    return result;
  }

  /** What has been started and goes on by itself until `end`. */
  follow(end: Promise<unknown>): void {
    const settled: Promise<unknown> = end.catch(() => undefined).then(() => this.underWay.delete(settled));
    this.underWay.add(settled);
  }

  /** When all that was added before has been started and has ended. */
  async idle(): Promise<void> {
    await this.last;
    await Promise.all(this.underWay);
  }
}
