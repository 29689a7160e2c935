import * as tf from '@tensorflow/tfjs';
import { GanymedeError, type NamedVariables } from '@ganymede/core';

/** Variables that are matrices of one shape, to be worked on as one stack. */
export interface MatrixGroup {
  readonly names: readonly string[];
  readonly variables: readonly tf.Variable[];
  /** Singular values that each has: its shorter side. */
  readonly sides: readonly number[];
  /** Rows and columns of the stacked matrices, rows >= columns. */
  readonly rows: number;
  readonly columns: number;
}

/** [rest, outputs] of a weight: every axis but the last is flattened, as spectral normalization does. */
function matrixShape(name: string, { shape }: tf.Variable): [number, number] {
  const outputs = shape.at(-1);
  if (shape.length < 2 || outputs === undefined || shape.includes(0)) {
    throw new GanymedeError(
      'NOT_A_MATRIX',
      `singular values of ${name}: expected a weight of two or more axes, got [${shape.join(', ')}]`,
      { kind: 'failed' },
    );
  }
  return [shape.slice(0, -1).reduce((product, length) => product * length, 1), outputs];
}

const isWide = ([rows, columns]: readonly [number, number]): boolean => rows < columns;

/** Entries of all matrices of a group, with the padding. */
const entriesOf = ({ names, rows, columns }: MatrixGroup): number => names.length * rows * columns;

function merge(one: MatrixGroup, other: MatrixGroup): MatrixGroup {
  return {
    names: [...one.names, ...other.names],
    variables: [...one.variables, ...other.variables],
    sides: [...one.sides, ...other.sides],
    rows: Math.max(one.rows, other.rows),
    columns: Math.max(one.columns, other.columns),
  };
}

/**
 * Puts weights of similar shape together, smaller ones to be padded with zeros, which adds singular values of zero only:
 * few large stacks take far fewer operations than many small ones. The two groups that need the least padding are merged
 * as long as all padding together stays below `padding` of the entries.
 * @throws NOT_A_MATRIX
 */
export function groupMatrices(weights: NamedVariables, padding = 0.5): MatrixGroup[] {
  let groups = Object.entries(weights).map(([name, variable]): MatrixGroup => {
    const shape = matrixShape(name, variable);
    const [rows, columns] = [Math.max(...shape), Math.min(...shape)];
    return { names: [name], variables: [variable], sides: [columns], rows, columns };
  });
  let room = padding * groups.reduce((sum, group) => sum + entriesOf(group), 0);
  for (;;) {
    let best: {
      readonly pair: readonly MatrixGroup[];
      readonly merged: MatrixGroup;
      readonly cost: number;
    } | null = null;
    for (const [i, one] of groups.entries()) {
      for (const other of groups.slice(0, i)) {
        const merged = merge(other, one);
        const cost = entriesOf(merged) - entriesOf(one) - entriesOf(other);
        if (cost <= room && (!best || cost < best.cost)) best = { pair: [one, other], merged, cost };
      }
    }
    if (!best) return groups;
    const { pair, merged, cost } = best;
    room -= cost;
    groups = [...groups.filter((group) => !pair.includes(group)), merged];
  }
}

/** The weights of a group as they are now, tall, padded with zeros [G, rows, columns]. */
export function stackMatrices({ names, variables, rows, columns }: MatrixGroup): tf.Tensor3D {
  const matrices = variables.map((variable, i) => {
    const shape = matrixShape(names[i]!, variable);
    const flat = tf.reshape(variable, shape) as tf.Tensor2D;
    const tall = isWide(shape) ? (tf.transpose(flat) as tf.Tensor2D) : flat;
    const missing = [rows - Math.max(...shape), columns - Math.min(...shape)] as const;
    if (missing[0] + missing[1] === 0) return tall;
    return tf.pad2d(tall, [
      [0, missing[0]],
      [0, missing[1]],
    ]) as tf.Tensor2D;
  });
  return tf.stack(matrices) as tf.Tensor3D;
}

/** A change of one matrix of a group in the shape of its variable. @param padded - [rows, columns] of the group */
export function asVariable(name: string, variable: tf.Variable, padded: tf.Tensor2D): tf.Tensor {
  const shape = matrixShape(name, variable);
  const tall = tf.slice(padded, [0, 0], isWide(shape) ? [shape[1], shape[0]] : shape);
  return tf.reshape(isWide(shape) ? tf.transpose(tall) : tall, variable.shape);
}
