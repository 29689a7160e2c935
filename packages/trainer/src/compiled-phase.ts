import * as tf from '@tensorflow/tfjs';
import type { CompiledStep, NamedTensors } from '@ganymede/core';
import type { TrainingRecipe } from './recipe.js';

/** What phases are compiled with. */
export type PhaseRecipe = Pick<TrainingRecipe, 'backend' | 'replicas'>;

/**
 * One compiled part of a training step. Its scalars leave the backend as one vector, so that a step costs one
 * read however many numbers it reports; their names are learnt when the function is traced. Over replicas they are means.
 */
export class CompiledPhase {
  private names: readonly string[] = [];
  private readonly compiled: CompiledStep;

  constructor(
    { backend, replicas }: PhaseRecipe,
    readonly name: string,
    precision: 'float32' | 'bfloat16',
    body: (inputs: NamedTensors) => Record<string, tf.Scalar>,
  ) {
    const step = (inputs: NamedTensors): NamedTensors => {
      const scalars = body(inputs);
      this.names = Object.keys(scalars);
      if (this.names.length === 0) return {};
      const stacked = tf.stack(Object.values(scalars));
      return { scalars: replicas ? replicas.mean(stacked) : stacked };
    };
    this.compiled = backend.compile(step, { name, precision });
  }

  /** Runs the phase, frees `inputs`, and gives what it reported. */
  async run(inputs: NamedTensors): Promise<Record<string, number>> {
    try {
      const { scalars } = await this.compiled.run(inputs);
      if (!scalars) return {};
      const values = await scalars.data();
      scalars.dispose();
      return Object.fromEntries(this.names.map((name, index) => [name, values[index]!]));
    } finally {
      tf.dispose(inputs);
    }
  }

  dispose(): void {
    this.compiled.dispose();
  }
}
