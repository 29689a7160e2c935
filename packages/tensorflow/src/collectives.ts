import * as tf from '@tensorflow/tfjs';
import { ReplicaOps, type Reduction } from '@ganymede/tracing';
import { TF_ATTR_TYPE, type OpAttribute } from './attributes.js';
import { commonAttributes, reduceAttributes } from './collective-attributes.js';
import type { SessionOptions } from './config-proto.js';
import { dataTypeOf, TF_BFLOAT16 } from './data-types.js';
import type { EagerBinding } from './eager-binding.js';
import { TensorFlowError } from './errors.js';
import type { NodeBackend } from './kernels.js';
import { serverDef } from './server-def.js';
import { badWorkers, expectRank, WorkerSet } from './worker-set.js';
import type { WorkersOptions } from './workers-options.js';

/**
 * Ops over all processes (TensorFlow's collective ops, over its own gRPC runtime), eagerly and in compiled functions.
 *
 * All processes make the same calls on tensors of the same shapes in the same order; a compiled function is traced in all of
 * them. One that does not come, or is gone, ends the op in the others: at once where it was lost during the op, else when the
 * time is over. After that no other op works, and the process has to end.
 *
 * Gradients: each process has its own loss, and what is minimized is their mean. Where the gradients of weights are averaged
 * by `mean`, one process with all images has the same.
 * @throws TENSORFLOW_ERROR where another process is gone, or has not come in time
 */
export class Collectives extends ReplicaOps<Collectives> {
  readonly rank: number;
  readonly size: number;
  /** Of a group: all processes. */
  readonly all?: Collectives;

  /** Of the next op: it has the same in every process. */
  private readonly next: { key: number };

  constructor(
    private readonly backend: NodeBackend,
    private readonly options: WorkersOptions,
    private readonly set = WorkerSet.all(options),
    of?: Collectives,
  ) {
    super();
    this.rank = set.rank;
    this.size = set.size;
    this.next = of ? of.next : { key: 1 };
    if (of) this.all = of;
  }

  /** The values of one process, in all of them. It has no gradient. @throws BAD_WORKERS where `from` is no rank */
  broadcast<T extends tf.Tensor>(x: T, from = 0): T {
    expectRank(from, this.size);
    if (from === this.rank) return this.execute('CollectiveBcastSendV2', [x], []) as T;
    const index: OpAttribute = { name: 'Tshape', type: TF_ATTR_TYPE, value: dataTypeOf('int32') };
    return this.execute('CollectiveBcastRecvV2', [], [index], { like: x }) as T;
  }

  /** Comes back when all processes have called it. */
  barrier(): void {
    tf.tidy(() => this.sum(tf.scalar(1))).dataSync();
  }

  protected group(size: number): Collectives {
    return new Collectives(this.backend, this.options, this.set.part(size), this);
  }

  protected reduced(x: tf.Tensor, { to, travelsAs }: Reduction): tf.Tensor {
    if (to === 'mean' && x.dtype !== 'float32')
      throw new TensorFlowError('BAD_DATA_TYPE', `mean of all processes: expected float32, got ${x.dtype}`, {
        kind: 'failed',
        hint: 'Convert it with toFloat().',
      });
    const type = travelsAs === 'bfloat16' ? TF_BFLOAT16 : dataTypeOf(x.dtype);
    return this.execute('CollectiveReduceV2', [x], reduceAttributes(to === 'sum' ? 'Id' : 'Div'), { type });
  }

  /**
   * @param like - has the shape and the type of what is received, where an op has no input
   * @param type - that the op computes in; of its input by default
   */
  private execute(
    op: string,
    inputs: readonly tf.Tensor[],
    attributes: readonly OpAttribute[],
    { like, type }: { readonly like?: tf.Tensor; readonly type?: number } = {},
  ): tf.Tensor {
    const key = this.next.key++;
    const { dtype } = like ?? inputs[0]!;
    return tf.tidy(() =>
      this.backend.executeSingleOutput(
        op,
        [...commonAttributes(type ?? dataTypeOf(dtype), this.options), ...attributes],
        [
          ...inputs,
          ...[this.size, this.set.key, key].map((value) => tf.scalar(value, 'int32')),
          ...(like ? [tf.tensor1d(like.shape, 'int32')] : []),
        ],
      ),
    );
  }
}

/**
 * Starts this process's server. Others need not be there yet: the first op waits for them.
 * @throws WORKER_NOT_STARTED where its port is taken; the context is gone then
 */
export function startServer(binding: EagerBinding, workers: WorkersOptions, session: SessionOptions): void {
  const { addresses, rank } = workers;
  const definition = serverDef(workers, session);
  const { api, context, status } = binding;
  api.enableCollectiveOps(context, definition, definition.length, status.pointer);
  try {
    status.check(() => `worker ${rank} at ${addresses[rank]}`);
  } catch (cause) {
    binding.dispose();
    throw new TensorFlowError('WORKER_NOT_STARTED', (cause as Error).message, {
      kind: 'failed',
      cause,
      hint: 'Another process may have the port: take a free one in the list of all workers.',
    });
  }
}

/** @throws BAD_WORKERS */
export function expectWorkers({ addresses, rank, timeoutSeconds = 1 }: WorkersOptions): void {
  if (addresses.length < 2) throw badWorkers(`at least two addresses, got ${addresses.length}`);
  const odd = addresses.find((one) => !/^\S+:\d{1,5}$/.test(one));
  if (odd !== undefined) throw badWorkers(`addresses such as host:2222, got ${odd}`);
  const twice = addresses.find((one, i) => addresses.indexOf(one) < i);
  if (twice !== undefined) throw badWorkers(`an address for each, got ${twice} twice`);
  expectRank(rank, addresses.length);
  if (!(timeoutSeconds > 0)) throw badWorkers(`a time limit above 0 seconds, got ${timeoutSeconds}`);
}
