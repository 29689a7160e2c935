/** Images a second over the last steps, and the time that is left at that rate. */
export class Pace {
  private readonly window: {
    readonly milliseconds: number;
    readonly images: number;
    readonly step: number;
  }[] = [];

  constructor(private readonly length = 20) {}

  /** @param milliseconds - a monotonic clock's reading at the end of the step; @param images - done so far */
  add(milliseconds: number, images: number, step: number): void {
    this.window.push({ milliseconds, images, step });
    if (this.window.length > this.length + 1) this.window.shift();
  }

  /** Forgets the steps so far: what comes between two steps is no training. */
  rest(): void {
    this.window.length = 0;
  }

  get imagesPerSecond(): number {
    const first = this.window[0];
    const last = this.window.at(-1);
    if (!first || !last || last === first) return 0;
    return ((last.images - first.images) * 1000) / (last.milliseconds - first.milliseconds);
  }

  secondsLeft(steps: number): number {
    const first = this.window[0];
    const last = this.window.at(-1);
    if (!first || !last || last === first) return 0;
    return (
      (((last.milliseconds - first.milliseconds) / 1000) * (steps - last.step)) / (last.step - first.step)
    );
  }
}
