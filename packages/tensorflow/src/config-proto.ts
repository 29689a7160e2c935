/**
 * The few fields of TensorFlow's ConfigProto (tensorflow/core/protobuf/config.proto) that this package sets,
 * serialized by hand: a protobuf runtime would be larger than all of them.
 */
export interface SessionOptions {
  /** Threads within an op; 0 lets TensorFlow choose. */
  readonly intraOpThreads?: number;
  /** Threads across ops; 0 lets TensorFlow choose. */
  readonly interOpThreads?: number;
  /** Hide all GPUs. */
  readonly cpuOnly?: boolean;
  /** Index of the one GPU to use. */
  readonly gpu?: number;
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest & 127) | 128);
    rest = Math.floor(rest / 128);
  }
  return [...bytes, rest];
}

const integerField = (field: number, value: number): number[] => [...varint(field * 8), ...varint(value)];
const bytesField = (field: number, bytes: readonly number[]): number[] => [
  ...varint(field * 8 + 2),
  ...varint(bytes.length),
  ...bytes,
];
const textField = (field: number, text: string): number[] => bytesField(field, [...Buffer.from(text)]);

/** ConfigProto of a context: threads, devices, and memory growth on GPUs, which is always on. */
export function contextConfig({ intraOpThreads, interOpThreads, cpuOnly, gpu }: SessionOptions): Uint8Array {
  const gpuOptions = [...integerField(4, 1), ...(gpu === undefined ? [] : textField(5, String(gpu)))];
  return Uint8Array.from([
    ...(cpuOnly ? bytesField(1, [...textField(1, 'GPU'), ...integerField(2, 0)]) : []),
    ...(intraOpThreads ? integerField(2, intraOpThreads) : []),
    ...(interOpThreads ? integerField(5, interOpThreads) : []),
    ...bytesField(6, gpuOptions),
    ...integerField(7, 1), // allow_soft_placement: an op without a kernel for the GPU runs on the CPU
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
