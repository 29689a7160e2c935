import type { SweepEvent, SweepPlan } from '@ganymede/toolkit';

/** How long the rest of a sweep takes: by the runs that this start has finished, before that by the plan. */
export class SweepForecast {
  private readonly work: Map<string, number>;
  private readonly secondsOfPlan: number | null;
  private beganAt = 0;
  private seconds = 0;
  private done = 0;

  /** @param now - milliseconds of a monotonic clock */
  constructor(
    plan: Pick<SweepPlan, 'toTrain' | 'seconds'>,
    private readonly now: () => number,
  ) {
    this.work = new Map(plan.toTrain.map(({ id, work }) => [id, work]));
    const total = plan.toTrain.reduce((sum, { work }) => sum + work, 0);
    this.secondsOfPlan = plan.seconds === null || total === 0 ? null : plan.seconds / total;
  }

  /** Takes an event in. @returns null where nothing is known, and for events between begin and end */
  secondsLeft(event: SweepEvent): number | null {
    if (event.kind === 'begin') {
      this.beganAt = this.now();
      return null;
    }
    if (event.kind !== 'end') return null;
    const own = this.work.get(event.run) ?? 0;
    this.work.delete(event.run);
    if (event.state === 'done' && own > 0) {
      this.seconds += (this.now() - this.beganAt) / 1000;
      this.done += own;
    }
    const left = [...this.work.values()].reduce((sum, one) => sum + one, 0);
    const pace = this.done > 0 ? this.seconds / this.done : this.secondsOfPlan;
    return pace === null ? null : left * pace;
  }
}
