import * as tf from '@tensorflow/tfjs';
import { GanymedeError, type Replicas } from '@ganymede/core';
import { expectRank, type WorkerSet } from '@ganymede/tensorflow';
import { ReplicaOps, type Reduction } from '@ganymede/tracing';
import type { PjrtKernelBackend } from './kernel-backend.js';
import { summedNow, type Host, type Sum } from './sums.js';

/**
 * Processes with a device each. A step that is traced is cut where it meets them: its values go through the memory of the host, by
 * TensorFlow's collective ops, so that any plugin will do, on any kind of network.
 */
export class PjrtReplicas extends ReplicaOps<PjrtReplicas> implements Replicas {
  readonly rank: number;
  readonly size: number;
  readonly all?: Replicas;

  constructor(
    private readonly kernels: PjrtKernelBackend,
    private readonly host: Host,
    private readonly set: WorkerSet = host.all,
    of?: Replicas,
  ) {
    super();
    this.rank = set.rank;
    this.size = set.size;
    if (of) this.all = of;
  }

  /** A sum of what is zero elsewhere. @throws BAD_WORKERS where `from` is no rank */
  broadcast<T extends tf.Tensor>(x: T, from = 0): T {
    expectRank(from, this.size);
    return tf.tidy(() => this.summed(from === this.rank ? x : tf.zerosLike(x), { among: this.set }) as T);
  }

  protected group(size: number): PjrtReplicas {
    return new PjrtReplicas(this.kernels, this.host, this.set.part(size), this);
  }

  protected reduced(x: tf.Tensor, { to, travelsAs }: Reduction): tf.Tensor {
    const sum: Sum = { among: this.set, travelsAs };
    if (to === 'sum') return this.summed(x, sum);
    if (x.dtype !== 'float32')
      throw new GanymedeError('BAD_DATA_TYPE', `mean of all processes: expected float32, got ${x.dtype}`, {
        kind: 'failed',
        hint: 'Convert it with toFloat().',
      });
    return tf.tidy(() => tf.mul(this.summed(x, sum), 1 / this.size));
  }

  private summed(x: tf.Tensor, sum: Sum): tf.Tensor {
    const { trace } = this.kernels;
    if (!trace) return tf.tensor(summedNow(x, sum, this.host), x.shape, x.dtype);
    return tf.engine().makeTensorFromTensorInfo(this.kernels.fromTrace(trace.exchange(x, sum)));
  }
}
