import { GanymedeError } from '@ganymede/core';
import { dataTypeWidth, TF_INT32, type GraphConstant } from '@ganymede/tensorflow';
import {
  constantAttribute,
  integerAttribute,
  readConstant,
  shapeAttribute,
  typeAttribute,
} from './attribute-values.js';
import type { NodeDef } from './graph-def.js';

/** Name of the node that has the number of rows when the graph runs, int32 []; inputs and results may be named `batch`. */
const count = 'any-batch/rows';

/** A graph that was traced with a number of rows. */
export interface TracedRows {
  readonly nodes: readonly NodeDef[];
  /** The number of rows: one that divides no other size of the graph. */
  readonly batch: number;
  /** Sizes of a row of each input, by its name; before them every input has the number of rows. */
  readonly inputs: ReadonlyMap<string, readonly number[]>;
}

/**
 * Nodes of a graph that takes any number of rows, from those of a graph that was traced with a number of them. A size that
 * follows it is worked out when the graph runs: it is a factor times the size of an input. A constant that has a row for each
 * keeps one, which is repeated.
 *
 * @throws SAVED_MODEL_BATCH_DEPENDENT where the rows of a constant differ
 */
export function withAnyBatch({ nodes, batch, inputs }: TracedRows): NodeDef[] {
  const follows = (size: number): boolean => size !== 0 && size % batch === 0;
  const made: NodeDef[] = [];

  /** A node of this name with the integers; those that follow the number of rows are factors times it. */
  const integers = (name: string, shape: readonly number[], values: Int32Array): void => {
    if (!values.some(follows)) {
      made.push(constantNode(name, { dtype: TF_INT32, shape, bytes: bytesOf(values) }));
      return;
    }
    const fixed = values.map((value) => (follows(value) ? 0 : value));
    const factors = values.map((value) => (follows(value) ? value / batch : 0));
    made.push(
      constantNode(`${name}/fixed`, { dtype: TF_INT32, shape, bytes: bytesOf(fixed) }),
      constantNode(`${name}/factors`, { dtype: TF_INT32, shape, bytes: bytesOf(factors) }),
      node(`${name}/following`, 'Mul', [`${name}/factors`, count], { T: typeAttribute(TF_INT32) }),
      node(name, 'AddV2', [`${name}/fixed`, `${name}/following`], { T: typeAttribute(TF_INT32) }),
    );
  };

  for (const one of nodes) {
    const row = inputs.get(one.name);
    if (row) {
      const shape = ['shape', shapeAttribute([-1, ...row])] as const;
      made.push({ ...one, attributes: new Map([...one.attributes, shape]) });
      continue;
    }
    const constant = one.op === 'Const' ? readConstant(one.attributes.get('value')!) : null;
    if (constant?.shape.some(follows)) {
      const name = `${one.name}/row`;
      const kept = oneRow(constant, follows);
      if (constant.dtype === TF_INT32) integers(name, kept.shape, integersOf(kept));
      else made.push(constantNode(name, kept));
      integers(`${one.name}/shape`, [constant.shape.length], Int32Array.from(constant.shape));
      const types = { T: typeAttribute(constant.dtype), Tidx: typeAttribute(TF_INT32) };
      made.push(node(one.name, 'BroadcastTo', [name, `${one.name}/shape`], types));
    } else if (constant?.dtype === TF_INT32) integers(one.name, constant.shape, integersOf(constant));
    else made.push(one);
  }
  const counted = nodes.find(({ name }) => inputs.has(name))!;
  return [...countNodes(counted), ...made];
}

const node = (
  name: string,
  op: string,
  inputs: readonly string[],
  attributes: Readonly<Record<string, Uint8Array>>,
): NodeDef => ({ name, op, inputs, attributes: new Map(Object.entries(attributes)) });

export const constantNode = (name: string, constant: GraphConstant): NodeDef =>
  node(name, 'Const', [], { dtype: typeAttribute(constant.dtype), value: constantAttribute(constant) });

/** The number of rows: the first size of an input. */
function countNodes(input: NodeDef): NodeDef[] {
  const zero = constantNode(`${count}/first`, {
    dtype: TF_INT32,
    shape: [],
    bytes: bytesOf(Int32Array.of(0)),
  });
  const int32 = typeAttribute(TF_INT32);
  return [
    zero,
    node(`${count}/shape`, 'Shape', [input.name], { T: input.attributes.get('dtype')!, out_type: int32 }),
    node(count, 'GatherV2', [`${count}/shape`, zero.name, zero.name], {
      Tparams: int32,
      Tindices: int32,
      Taxis: int32,
      batch_dims: integerAttribute(0),
    }),
  ];
}

const integersOf = ({ bytes }: GraphConstant): Int32Array =>
  new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);

const bytesOf = ({ buffer, byteOffset, byteLength }: Int32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** The first of all slices along every dimension that has one for each row. */
function oneRow(constant: GraphConstant, follows: (size: number) => boolean): GraphConstant {
  const axis = constant.shape.findIndex(follows);
  if (axis < 0) return constant;
  const { dtype, shape, bytes } = constant;
  const inner = shape.slice(axis + 1).reduce((product, size) => product * size, dataTypeWidth(dtype)!);
  const rows = shape[axis]!;
  const outer = bytes.length / (inner * rows);
  const first = new Uint8Array(outer * inner);
  for (let o = 0; o < outer; o++) {
    const start = o * rows * inner;
    const slice = bytes.subarray(start, start + inner);
    first.set(slice, o * inner);
    for (let row = 1; row < rows; row++)
      if (Buffer.compare(slice, bytes.subarray(start + row * inner, start + (row + 1) * inner)) !== 0)
        throw batchDependent('a constant', `rows that differ from each other, [${shape.join(', ')}]`);
  }
  return oneRow({ dtype, shape: shape.map((size, d) => (d === axis ? 1 : size)), bytes: first }, follows);
}

export function batchDependent(what: string, got: string): GanymedeError {
  return new GanymedeError(
    'SAVED_MODEL_BATCH_DEPENDENT',
    `SavedModel, ${what}: expected the same for every number of rows, got ${got}`,
    { kind: 'usage', hint: 'What depends on how many rows there are cannot take any number of them.' },
  );
}
