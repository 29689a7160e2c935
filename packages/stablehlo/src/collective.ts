import type { OpSink, Value } from './block.js';
import { matrixText } from './attribute-text.js';
import { badAttribute } from './errors.js';
import { genericOp } from './generic-op.js';
import { combine, type Reduction } from './reduce.js';
import { checkDimensions } from './shape.js';
import { tensorType } from './tensor-type.js';

export interface CollectiveOptions {
  /** Which replicas act together, each in one group, groups of equal size; all of the module in one if absent. */
  readonly groups?: readonly (readonly number[])[];
  /** All partitions of those replicas take part, too. */
  readonly acrossPartitions?: boolean;
}

function attributes(op: string, sink: OpSink, { groups, acrossPartitions = false }: CollectiveOptions) {
  const rows = groups ?? [Array.from({ length: sink.replicas }, (_, i) => i)];
  const members = rows.flat();
  const size = rows[0]?.length ?? 0;
  const whole =
    size > 0 &&
    rows.every((row) => row.length === size) &&
    [...members].sort((a, b) => a - b).every((one, i) => one === i) &&
    members.length === sink.replicas;
  if (!whole) {
    throw badAttribute(
      op,
      `each of ${sink.replicas} replicas in one of groups of equal size`,
      `[${rows.map((row) => `[${row.join(', ')}]`).join(', ')}]`,
      'The number of replicas is an option of the module.',
    );
  }
  const channel: Record<string, string> = acrossPartitions
    ? { channel_handle: `#stablehlo.channel_handle<handle = ${sink.nextChannel()}, type = 1>` }
    : {};
  return { size, written: { replica_groups: matrixText(rows, size), ...channel } };
}

/** The sum (or another reduction) of one value over all replicas of a group, on each of them. */
export function allReduce(x: Value, reduction: Reduction = 'add', options: CollectiveOptions = {}): Value {
  const sink = x.block.owner;
  const { written } = attributes('all_reduce', sink, options);
  const scalar = tensorType(x.elementType);
  const body = sink.region('closed', [scalar, scalar], (a, b) => [combine[reduction](a!, b!)]);
  return genericOp(sink, 'all_reduce', [x], [x.type], written, [body])[0]!;
}

/** The values of all replicas of a group behind one another along a dimension, in the order of the group. */
export function allGather(x: Value, dimension: number, options: CollectiveOptions = {}): Value {
  checkDimensions('all_gather', [dimension], x.rank);
  const sink = x.block.owner;
  const { size, written } = attributes('all_gather', sink, options);
  const parts = size * (options.acrossPartitions ? sink.partitions : 1);
  const type = tensorType(
    x.elementType,
    x.shape.map((one, i) => (i === dimension ? one * parts : one)),
  );
  return genericOp(sink, 'all_gather', [x], [type], { all_gather_dim: `${dimension} : i64`, ...written })[0]!;
}

/** Which replica this is: a scalar of `ui32`. */
export function replicaId(builder: OpSink): Value {
  return builder.emit('replica_id', [], [tensorType('ui32')], 'stablehlo.replica_id : tensor<ui32>')[0]!;
}

/** Which partition of its replica this is: a scalar of `ui32`. */
export function partitionId(builder: OpSink): Value {
  return builder.emit('partition_id', [], [tensorType('ui32')], 'stablehlo.partition_id : tensor<ui32>')[0]!;
}
