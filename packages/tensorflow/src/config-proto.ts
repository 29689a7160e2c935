import { bytesField, integerField, textField, varint } from './protobuf-fields.js';

/** The few fields of TensorFlow's ConfigProto (tensorflow/core/protobuf/config.proto) that this package sets. */
export interface SessionOptions {
  /** Threads within an op; 0 lets TensorFlow choose. */
  readonly intraOpThreads?: number;
  /** Threads across ops; 0 lets TensorFlow choose. */
  readonly interOpThreads?: number;
  /** Hide all GPUs. */
  readonly cpuOnly?: boolean;
  /** Index of the one GPU to use. */
  readonly gpu?: number;
  /** The task that coordinates groups of collective ops (ConfigProto.Experimental, field 1). */
  readonly collectiveLeader?: string;
}

/** ConfigProto of a context: threads, devices, and memory growth on GPUs, which is always on. */
export function contextConfig(options: SessionOptions): Uint8Array {
  const { intraOpThreads, interOpThreads, cpuOnly, gpu, collectiveLeader } = options;
  const gpuOptions = [...integerField(4, 1), ...(gpu === undefined ? [] : textField(5, String(gpu)))];
  return Uint8Array.from([
    ...(cpuOnly ? bytesField(1, [...textField(1, 'GPU'), ...integerField(2, 0)]) : []),
    ...(intraOpThreads ? integerField(2, intraOpThreads) : []),
    ...(interOpThreads ? integerField(5, interOpThreads) : []),
    ...bytesField(6, gpuOptions),
    ...integerField(7, 1), // allow_soft_placement: an op without a kernel for the GPU runs on the CPU
    ...(collectiveLeader === undefined ? [] : bytesField(16, textField(1, collectiveLeader))),
  ]);
}

/**
 * ConfigProto of a function call: grappler rewrites graphs of any size (RewriterConfig field 17). Its own pass for
 * bfloat16 stays off: it also rounds what has to stay float32, Adam's second moment and power iteration among it.
 */
export function functionConfig(): Uint8Array {
  const minusOne = [255, 255, 255, 255, 255, 255, 255, 255, 255, 1];
  const rewrites = [...varint(17 * 8), ...minusOne];
  return Uint8Array.from(bytesField(10, bytesField(10, rewrites)));
}
