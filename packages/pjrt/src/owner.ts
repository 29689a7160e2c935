import type { Api } from './api.js';
import type { RunQueue } from './run-queue.js';

/** What buffers and executables know of their client. */
export interface Owner {
  readonly api: Api;
  /** Runs go one after the other. */
  readonly queue: RunQueue;
  /** @throws CLIENT_CLOSED */
  checkOpen(what: string): void;
  /** Counts something that has to be freed. */
  track(resource: Disposable): void;
  forget(resource: Disposable): void;
}

/** Something in native memory, freed by hand. */
export interface Disposable {
  dispose(): void;
}
