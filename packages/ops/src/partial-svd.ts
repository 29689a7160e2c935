import * as tf from '@tensorflow/tfjs';
import type { Backend, CompiledStep, NamedTensors, NamedVariables, RandomStream } from '@ganymede/core';
import { GroupIteration, type SingularValues } from './group-iteration.js';
import { groupMatrices } from './matrix-groups.js';

export interface PartialSvdOptions {
  /** How many of the largest singular values. */
  readonly count?: number;
  /** Largest residual, and largest change in the last sweep, relative to the largest singular value. */
  readonly tolerance?: number;
  /** Rows of the bases: products with each matrix and its transpose in the first sweep. */
  readonly basis?: number;
  /** Sweeps after which the iteration ends whatever the residuals are. */
  readonly sweeps?: number;
}

/**
 * The largest singular values of many matrices, by restarted Lanczos bidiagonalization on the backend: products with
 * the matrices only, matrices of one shape as one stack, all of them in one compiled function for a sweep. The host sees
 * the small projected matrices, once a sweep. Every computation starts from the same rows, so that its result is a
 * function of the matrices alone.
 */
export class PartialSvd {
  private readonly groups: readonly GroupIteration[];
  private readonly sweeps: number;
  private readonly compiled: CompiledStep;

  /**
   * @param weights - of two axes or more; all but the last are flattened. Read at every `compute`.
   * @param random - draws the rows that every computation starts from
   * @throws NOT_A_MATRIX
   */
  constructor(
    backend: Pick<Backend, 'compile'>,
    private readonly weights: NamedVariables,
    random: RandomStream,
    { count = 3, tolerance = 1e-3, basis = 24, sweeps = 8 }: PartialSvdOptions = {},
  ) {
    this.sweeps = sweeps;
    this.groups = groupMatrices(weights).map(
      (group) => new GroupIteration(group, count, basis, tolerance, random),
    );
    this.compiled = backend.compile((inputs) => this.sweep(inputs), {
      name: 'singular-values',
      precision: 'float32',
    });
  }

  /** All groups once: their bases, and in one vector all that the host reads. */
  private sweep(inputs: NamedTensors): NamedTensors {
    const outputs: NamedTensors = {};
    const numbers = this.groups.flatMap((group, i) => {
      const start = inputs[`start${i}`] as tf.Tensor3D;
      const { left, right, projected, residual, scale } = group.sweep(start, inputs['isFirst'] as tf.Scalar);
      outputs[`right${i}`] = right;
      outputs[`left${i}`] = left;
      return [tf.reshape(projected, [-1]), tf.reshape(residual, [-1]), scale];
    });
    return { ...outputs, numbers: tf.concat(numbers) };
  }

  /** Singular values by name. Sweeps are bounded: it ends on any input. */
  async compute(): Promise<Record<string, SingularValues>> {
    const { groups } = this;
    this.release();
    for (let sweep = 0; sweep < this.sweeps && !groups.every(({ isDone }) => isDone && sweep > 0); sweep++) {
      const inputs: NamedTensors = { isFirst: tf.scalar(Number(sweep === 0)) };
      groups.forEach((group, i) => (inputs[`start${i}`] = group.start()));
      try {
        await this.take(await this.compiled.run(inputs));
      } finally {
        tf.dispose(inputs);
      }
    }
    const found = new Map(
      groups.flatMap((one) => one.group.names.map((name, g) => [name, one.valuesOf(g)] as const)),
    );
    return Object.fromEntries(Object.keys(this.weights).map((name) => [name, found.get(name)!]));
  }

  private async take({ numbers, ...bases }: NamedTensors): Promise<void> {
    const read = (await numbers!.data()) as Float32Array;
    numbers!.dispose();
    let at = 0;
    const next = (length: number): Float32Array => read.slice(at, (at += length));
    this.groups.forEach((group, i) => {
      const { sizes } = group;
      const small = {
        projected: next(sizes.projected),
        residual: next(sizes.residual),
        scale: next(sizes.scale),
      };
      group.take(bases[`right${i}`] as tf.Tensor3D, bases[`left${i}`] as tf.Tensor3D, small);
    });
  }

  /**
   * `factor` u_0 v_0' of the last computation, in the shape of the weight: what is subtracted to move sigma_0.
   * @returns the caller's tensor; null where there was no computation or the matrix is not finite
   */
  rankOne(name: string, factor: number): tf.Tensor | null {
    for (const one of this.groups) {
      const g = one.group.names.indexOf(name);
      if (g >= 0) return one.rankOne(g, factor);
    }
    return null;
  }

  /** Frees the bases of the last computation. */
  release(): void {
    for (const group of this.groups) group.release();
  }

  dispose(): void {
    for (const group of this.groups) group.dispose();
    this.compiled.dispose();
  }
}
