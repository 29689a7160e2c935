import * as tf from '@tensorflow/tfjs';
import { GanymedeError, type Replicas } from '@ganymede/core';
import type { WorkerSet } from '@ganymede/tensorflow';
import type { PjrtKernelBackend } from './kernel-backend.js';
import { summedNow, type Host, type Sum } from './sums.js';

/**
 * Processes with a device each. A step that is traced is cut where it meets them: its values go through the memory of the host, by
 * TensorFlow's collective ops, so that any plugin will do, on any kind of network.
 */
export class PjrtReplicas implements Replicas {
  readonly rank: number;
  readonly size: number;
  readonly all?: Replicas;
  private readonly groups = new Map<number, PjrtReplicas>();

  constructor(
    private readonly kernels: PjrtKernelBackend,
    private readonly host: Host,
    private readonly among: WorkerSet = host.all,
    all?: Replicas,
  ) {
    this.rank = among.rank;
    this.size = among.size;
    if (all) this.all = all;
  }

  /** @throws BAD_WORKERS where all processes do not make up groups of that size */
  grouped(size: number): PjrtReplicas {
    const among = this.among.part(size);
    const group = this.groups.get(size) ?? new PjrtReplicas(this.kernels, this.host, among, this);
    this.groups.set(size, group);
    return group;
  }

  sum<T extends tf.Tensor>(x: T): T {
    return this.summed(x, { among: this.among });
  }

  /** @throws BAD_DATA_TYPE for other types than float32 */
  mean<T extends tf.Tensor>(x: T, travelsAs: 'float32' | 'bfloat16' = 'float32'): T {
    if (x.dtype !== 'float32')
      throw new GanymedeError('BAD_DATA_TYPE', `mean of all processes: expected float32, got ${x.dtype}`, {
        kind: 'failed',
        hint: 'Convert it with toFloat().',
      });
    return tf.tidy(() => tf.mul(this.summed(x, { among: this.among, travelsAs }), 1 / this.size));
  }

  gather<T extends tf.Tensor>(x: T): T {
    const rows = x.shape[0]!;
    const around: [number, number] = [this.rank * rows, (this.size - 1 - this.rank) * rows];
    const rest = x.shape.slice(1).map((): [number, number] => [0, 0]);
    return tf.tidy(() => this.sum(tf.pad(x, [around, ...rest])));
  }

  /** @throws BAD_WORKERS where `from` is no rank */
  broadcast<T extends tf.Tensor>(x: T, from = 0): T {
    if (!Number.isInteger(from) || from < 0 || from >= this.size)
      throw new GanymedeError(
        'BAD_WORKERS',
        `workers: expected a rank from 0 to ${this.size - 1}, got ${from}`,
        { kind: 'usage' },
      );
    return tf.tidy(() => this.once(from === this.rank ? x : tf.zerosLike(x), { among: this.among }));
  }

  private summed<T extends tf.Tensor>(x: T, sum: Sum): T {
    const summed = tf.customGrad((x: tf.Tensor | tf.GradSaveFunc) => ({
      value: this.once(x as T, sum),
      gradFunc: (dy: tf.Tensor) => this.summed(dy, sum),
    }));
    return summed(x) as T;
  }

  private once<T extends tf.Tensor>(x: T, sum: Sum): T {
    const { trace } = this.kernels;
    if (!trace) return tf.tensor(summedNow(x, sum, this.host), x.shape, x.dtype) as T;
    const info = this.kernels.fromTrace(trace.exchange(x, sum));
    return tf.engine().makeTensorFromTensorInfo(info) as T;
  }
}
