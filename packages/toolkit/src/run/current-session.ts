import type { AppliedChange } from './recipe-change.js';
import type { TrainingSession } from './training-session.js';

/** The session that a run trains with now; a rollback ends it and opens another. */
export class CurrentSession {
  private isOpen = true;

  constructor(
    private current: TrainingSession,
    private readonly open: (changes: readonly AppliedChange[]) => Promise<TrainingSession>,
  ) {}

  get session(): TrainingSession {
    return this.current;
  }

  /** Closes the session before it opens the next: two would hold the networks, and the data, twice. */
  async replace(changes: readonly AppliedChange[]): Promise<TrainingSession> {
    await this.close();
    this.current = await this.open(changes);
    this.isOpen = true;
    return this.current;
  }

  async close(): Promise<void> {
    if (!this.isOpen) return;
    this.isOpen = false;
    await this.current.close();
  }
}
