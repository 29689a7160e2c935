import * as tf from '@tensorflow/tfjs';
import { GanymedeError } from './errors.js';
import type { NamedTensors } from './layer.js';
import type { CompiledStep } from './backend.js';

/** Lets timers, signals and I/O have their turn: an eager step blocks the thread from its first to its last kernel. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * A step on a backend without a compiler: run as it is, in a `tidy` of its own. Tensors that it made and did not
 * return are freed, variables that it assigned keep what they were given.
 */
export class EagerStep implements CompiledStep {
  private disposed = false;

  constructor(
    private readonly name: string,
    private readonly step: (inputs: NamedTensors) => NamedTensors,
  ) {}

  async run(inputs: NamedTensors): Promise<NamedTensors> {
    await turn();
    if (this.disposed) {
      throw new GanymedeError(
        'STEP_DISPOSED',
        `${this.name}: expected a live step, got one that was disposed`,
        { kind: 'failed' },
      );
    }
    return tf.tidy(() => this.owned(this.step(inputs), inputs));
  }

  /** Copies what is not the step's to give away: inputs, variables, and a tensor under its second name. */
  private owned(outputs: NamedTensors, inputs: NamedTensors): NamedTensors {
    const taken = new Set<tf.Tensor>(Object.values(inputs));
    return Object.fromEntries(
      Object.entries(outputs).map(([name, tensor]) => {
        const own =
          taken.has(tensor) || tensor instanceof tf.Variable || tensor.kept ? tf.clone(tensor) : tensor;
        taken.add(own);
        return [name, own];
      }),
    );
  }

  dispose(): void {
    this.disposed = true;
  }
}
