import { GanymedeError, type Backend, type BackendProfile } from '@ganymede/core';

/** Steps that come before the profile: the first compiles, the second still fills TensorFlow's caches. */
const warmUpSteps = 2;

/** Profiles some steps of a run, once, after its first two. */
export class StepProfiler {
  private stepsSeen = 0;
  private recording: { stop(): BackendProfile } | null = null;

  /**
   * @param steps - to profile; 0 for none
   * @throws NO_PROFILER
   */
  constructor(
    private readonly backend: Backend,
    private readonly steps: number,
  ) {
    if (steps > 0 && !backend.startProfile) {
      throw new GanymedeError('NO_PROFILER', 'profile: expected a backend with a profiler, got one without', {
        kind: 'usage',
        hint: 'Train with --backend tensorflow, or leave the profile away.',
      });
    }
  }

  /** Call before each step. */
  beforeStep(): void {
    if (this.steps > 0 && this.stepsSeen === warmUpSteps) this.recording = this.backend.startProfile!();
  }

  /** Call after each step. @returns the profile when its last step is done */
  afterStep(): BackendProfile | null {
    this.stepsSeen++;
    if (!this.recording || this.stepsSeen < warmUpSteps + this.steps) return null;
    return this.stop();
  }

  /** What was recorded of a run that ends early; null if nothing runs. */
  stop(): BackendProfile | null {
    const profile = this.recording?.stop() ?? null;
    this.recording = null;
    return profile;
  }
}
