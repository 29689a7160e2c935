import { promisify } from 'node:util';
import { eagerSetters, setAttribute, type OpAttribute } from './attributes.js';
import { loadCApi } from './c-api.js';
import { commonAttributes, reduceAttributes } from './collective-attributes.js';
import { expectWorkers, startServer } from './collectives.js';
import { TF_BFLOAT16, TF_FLOAT, TF_INT32 } from './data-types.js';
import { EagerBinding } from './eager-binding.js';
import { findLibrary } from './library.js';
import { Status } from './status.js';
import { WorkerSet } from './worker-set.js';
import type { WorkersOptions } from './workers-options.js';

export type HostNumbers = Float32Array | Int32Array;

export interface HostSum {
  /** Over which processes. */
  readonly among: WorkerSet;
  /** Of `newKey`: tells sums apart. The same sum may be made again and again, always with as many numbers. */
  readonly key: number;
  /** bfloat16: half the bytes, every number and every sum rounded to 8 bits. float32 by default. */
  readonly travelsAs?: 'float32' | 'bfloat16' | undefined;
}

/** A sum under way. */
interface Call {
  /** Ids of the op's inputs, and of all that is to be freed. */
  readonly inputs: readonly number[];
  readonly held: number[];
  /** TF_DataType of the numbers, and in which they travel. */
  readonly own: number;
  readonly wire: number;
}

const reduce = 'CollectiveReduceV2';

/**
 * Sums of numbers in this process's memory over all processes, for an engine that has no way of its own to them: TensorFlow's
 * collective ops over its gRPC runtime, without tfjs.
 * @throws WORKER_NOT_STARTED, BAD_WORKERS, LIBRARY_NOT_FOUND, LIBRARY_NOT_LOADED; sums: TENSORFLOW_ERROR where another process is gone
 */
export class HostCollectives {
  readonly all: WorkerSet;
  private readonly binding: EagerBinding;
  private keys = 0;

  constructor(
    private readonly workers: WorkersOptions,
    libraryPath = findLibrary().folder,
  ) {
    expectWorkers(workers);
    this.all = WorkerSet.all(workers);
    const session = { cpuOnly: true, intraOpThreads: 1, interOpThreads: 2 };
    this.binding = new EagerBinding(loadCApi(libraryPath), session);
    startServer(this.binding, workers, session);
  }

  /** All processes have to ask for keys in the same order. */
  newKey(): number {
    return ++this.keys;
  }

  /** The sum of as many numbers of each, waiting for the others on another thread. */
  async sum<T extends HostNumbers>(numbers: T, sum: HostSum): Promise<T> {
    const call = this.begin(numbers, sum);
    try {
      return (await this.binding.tensorData(this.summed(call, await this.executed(call)))) as T;
    } finally {
      for (const id of call.held) this.binding.deleteTensor(id);
    }
  }

  /** The same, waiting on this thread. */
  sumSync<T extends HostNumbers>(numbers: T, sum: HostSum): T {
    const call = this.begin(numbers, sum);
    try {
      const [result] = this.binding.executeOp(reduce, this.attributes(call), call.inputs, 1);
      return this.binding.tensorDataSync(this.summed(call, result!.id)) as T;
    } finally {
      for (const id of call.held) this.binding.deleteTensor(id);
    }
  }

  dispose(): void {
    this.binding.dispose();
  }

  private begin(numbers: HostNumbers, { among, key, travelsAs }: HostSum): Call {
    const { binding } = this;
    const own = numbers instanceof Int32Array ? TF_INT32 : TF_FLOAT;
    const wire = own === TF_FLOAT && travelsAs === 'bfloat16' ? TF_BFLOAT16 : own;
    const names = [among.size, among.key, key].map((value) =>
      binding.createTensor([], TF_INT32, Int32Array.of(value)),
    );
    const held = [...names, binding.createTensor([numbers.length], own, numbers)];
    const given = this.converted(held.at(-1)!, own, wire, held);
    return { inputs: [given, ...names], held, own, wire };
  }

  private summed({ own, wire, held }: Call, result: number): number {
    held.push(result);
    return this.converted(result, wire, own, held);
  }

  private converted(id: number, from: number, to: number, held: number[]): number {
    if (from === to) return id;
    const converted = this.binding.adopt(this.binding.castHandle(id, from, to)).id;
    held.push(converted);
    return converted;
  }

  private attributes({ wire }: Call): readonly OpAttribute[] {
    return [...commonAttributes(wire, this.workers), ...reduceAttributes('Id')];
  }

  /** As the binding's own `executeOp`, on another thread. */
  private async executed(call: Call): Promise<number> {
    const { binding } = this;
    const { api, context } = binding;
    binding.checkLive(reduce);
    const status = new Status(api);
    const op = api.newOp(context, reduce, status.pointer);
    const results = new BigUint64Array(1);
    try {
      status.check(() => `op ${reduce}`);
      for (const id of call.inputs) api.opAddInput(op, binding.handle(id).pointer, status.pointer);
      const setters = eagerSetters(api, status.pointer);
      for (const attribute of this.attributes(call)) setAttribute(setters, op, reduce, attribute);
      await promisify(api.execute.async)(op, results, Int32Array.of(1), status.pointer);
      status.check(() => reduce);
      return binding.adopt(results[0]!).id;
    } finally {
      api.deleteOp(op);
      status.dispose();
    }
  }
}
