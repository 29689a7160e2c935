import * as tf from '@tensorflow/tfjs';
import type { RandomStream } from '@ganymede/core';
import { krylovSweep, type KrylovSweep } from './krylov-sweep.js';
import { asVariable, stackMatrices, type MatrixGroup } from './matrix-groups.js';
import { projectedSvd, type RitzTriplets } from './projected-svd.js';

/** The largest singular values of one matrix. */
export interface SingularValues {
  /** Largest first; zeros where the matrix has fewer, NaN where the matrix is not finite. */
  readonly values: readonly number[];
  /** The largest residual relative to the largest value: a bound on the error of each. */
  readonly error: number;
  readonly converged: boolean;
}

function unitRows(count: number, length: number, random: RandomStream): tf.Tensor2D {
  return tf.tidy(() => {
    const rows = tf.tensor2d(random.normals(count * length), [count, length]);
    return tf.div<tf.Tensor2D>(rows, tf.norm(rows, 2, 1, true));
  });
}

/** The restarted iteration on the matrices of one group: the bases on the backend, the small problems on the host. */
export class GroupIteration {
  /** Length of the bases, p. */
  private readonly rows: number;
  /** Vectors that a restart begins with; more than are wanted, which speeds the convergence of the last. */
  private readonly kept: number;
  private readonly freshRight: tf.Tensor2D; // [p, n]
  private readonly freshLeft: tf.Tensor2D; // [p, m]
  private bases: { readonly right: tf.Tensor3D; readonly left: tf.Tensor3D } | null = null; // [G, p, n], [G, p, m]
  private triplets: readonly (RitzTriplets | null)[] = [];
  private settled: readonly boolean[] = [];

  constructor(
    readonly group: MatrixGroup,
    private readonly count: number,
    basis: number,
    private readonly tolerance: number,
    random: RandomStream,
  ) {
    this.rows = Math.min(Math.max(basis, 3 * count), group.columns);
    this.kept = Math.min(2 * count, this.rows);
    this.freshRight = unitRows(this.rows, group.columns, random);
    this.freshLeft = unitRows(this.rows, group.rows, random);
  }

  /** A random row and zeros for the first sweep, then the best right vectors so far [G, b, n]. */
  start(): tf.Tensor3D {
    const { bases, kept, rows, triplets } = this;
    const size = this.group.names.length;
    return tf.tidy(() => {
      if (!bases) {
        const rows = tf.pad2d(tf.slice(this.freshRight, 0, 1), [
          [0, kept - 1],
          [0, 0],
        ]);
        return tf.tile(tf.expandDims<tf.Tensor3D>(rows, 0), [size, 1, 1]);
      }
      const combinations = new Float32Array(size * kept * rows);
      triplets.forEach((one, g) => one && combinations.set(one.right, g * kept * rows));
      return tf.matMul<tf.Tensor3D>(tf.tensor3d(combinations, [size, kept, rows]), bases.right);
    });
  }

  /** Runs on the backend, compiled. */
  sweep(start: tf.Tensor3D, isFirst: tf.Scalar): KrylovSweep {
    const { group, freshRight, freshLeft, tolerance } = this;
    return krylovSweep(stackMatrices(group), start, isFirst, freshRight, freshLeft, tolerance / 4);
  }

  /** Takes the bases of a sweep and judges what the projected matrices say. */
  take(
    right: tf.Tensor3D,
    left: tf.Tensor3D,
    { projected, residual, scale }: Readonly<Record<'projected' | 'residual' | 'scale', Float32Array>>,
  ): void {
    const before = this.triplets;
    this.release();
    this.bases = { right, left };
    const square = this.rows * this.rows;
    this.triplets = this.group.names.map((_, g) => {
      const part = [g * square, (g + 1) * square] as const;
      return projectedSvd(projected.subarray(...part), residual.subarray(...part), scale[g]!, this.kept);
    });
    this.settled = this.triplets.map(
      (one, g) => one === null || this.rows === this.group.columns || this.isSettled(one, before[g] ?? null),
    );
  }

  /** Floats of the projected matrices, of the residuals and of the scales. */
  get sizes(): { readonly projected: number; readonly residual: number; readonly scale: number } {
    const size = this.group.names.length;
    const squares = size * this.rows * this.rows;
    return { projected: squares, residual: squares, scale: size };
  }

  /** Small residuals are not enough: a repeated value shows in the next sweep only. */
  private isSettled({ values, residuals }: RitzTriplets, before: RitzTriplets | null): boolean {
    if (!before) return false;
    const bound = this.tolerance * values[0]!;
    return values
      .slice(0, this.count)
      .every((value, i) => residuals[i]! <= bound && Math.abs(value - before.values[i]!) <= bound);
  }

  get isDone(): boolean {
    return this.settled.every(Boolean);
  }

  valuesOf(g: number): SingularValues {
    const { count } = this;
    const triplets = this.triplets[g];
    if (!triplets)
      return { values: Array.from({ length: count }, () => Number.NaN), error: Number.NaN, converged: false };
    // What padding adds are zeros but for rounding.
    const side = this.group.sides[g]!;
    const values = Array.from({ length: count }, (_, i) => (i < side ? triplets.values[i]! : 0));
    const worst = Math.max(...triplets.residuals.slice(0, count));
    return { values, error: values[0] === 0 ? 0 : worst / values[0]!, converged: this.settled[g]! };
  }

  /** factor u_0 v_0' of a matrix in the shape of its variable, the caller's; null where it is not known. */
  rankOne(g: number, factor: number): tf.Tensor | null {
    const { bases, rows, group } = this;
    const triplets = this.triplets[g];
    if (!bases || !triplets) return null;
    return tf.tidy(() => {
      const vector = (combination: Float32Array, basis: tf.Tensor3D): tf.Tensor2D => {
        const ofMatrix = tf.squeeze<tf.Tensor2D>(tf.slice(basis, [g, 0, 0], [1, -1, -1]), [0]); // [p, d]
        return tf.matMul(tf.tensor2d(combination.slice(0, rows), [1, rows]), ofMatrix); // [1, d]
      };
      const u = tf.mul<tf.Tensor2D>(vector(triplets.left, bases.left), factor);
      const outer = tf.matMul<tf.Tensor2D>(u, vector(triplets.right, bases.right), true, false); // [m, n]
      return asVariable(group.names[g]!, group.variables[g]!, outer);
    });
  }

  /** Frees the bases and forgets the last computation. */
  release(): void {
    if (this.bases) tf.dispose(this.bases);
    this.bases = null;
    this.triplets = [];
    this.settled = [];
  }

  dispose(): void {
    this.release();
    tf.dispose([this.freshRight, this.freshLeft]);
  }
}
