import { TensorFlowError } from './errors.js';
import type { WorkersOptions } from './workers-options.js';

/** What of a generation tells starts apart, and sets of one: an int32 has both. */
const generations = 2 ** 18;
const setsOfGeneration = 2 ** 13;

/** Processes whose ops are between them alone, as one of them sees them. */
export class WorkerSet {
  private readonly parts = new Map<number, WorkerSet>();

  /** @param key - TensorFlow's name for them: another one for every set of a start, and in every start */
  private constructor(
    /** Which of them this one is. */
    readonly rank: number,
    readonly size: number,
    readonly key: number,
  ) {}

  static all({ addresses, rank, generation = 0 }: WorkersOptions): WorkerSet {
    return new WorkerSet(rank, addresses.length, (generation % generations) * setsOfGeneration + 1);
  }

  /**
   * This one's part, where each `size` consecutive ranks make one.
   * @throws BAD_WORKERS where all do not make up parts of that size
   */
  part(size: number): WorkerSet {
    if (!Number.isInteger(this.size / size))
      throw badWorkers(`groups of a divisor of ${this.size}, got ${size}`);
    const known = this.parts.get(size);
    if (known) return known;
    // All processes ask for the same parts in the same order.
    const taken = [...this.parts.keys()].reduce((sum, one) => sum + this.size / one, 1);
    const rank = this.rank % size;
    const part = new WorkerSet(rank, size, this.key + taken + (this.rank - rank) / size);
    this.parts.set(size, part);
    return part;
  }
}

export const badWorkers = (what: string): TensorFlowError =>
  new TensorFlowError('BAD_WORKERS', `workers: expected ${what}`, {
    kind: 'usage',
    hint: 'Give every process the same list of host:port, and each its own rank from 0.',
  });

/** @throws BAD_WORKERS */
export function expectRank(rank: number, size: number): void {
  if (!Number.isInteger(rank) || rank < 0 || rank >= size)
    throw badWorkers(`a rank from 0 to ${size - 1}, got ${rank}`);
}
