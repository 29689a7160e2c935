import type * as tf from '@tensorflow/tfjs';

export type NamedTensors = Record<string, tf.Tensor>;

export interface CompileOptions {
  /** For messages and profiles. */
  readonly name?: string;
  /** `bfloat16` lets TensorFlow compute convolutions and products in bfloat16; variables stay float32. */
  readonly precision?: 'float32' | 'bfloat16';
  /** Compile with XLA: for GPUs; on a CPU it is slower. */
  readonly jit?: boolean;
  /** Told once, when the function is traced for the sixth signature; `console.warn` if absent. */
  readonly onManyTraces?: (message: string) => void;
}

export interface CompileStatistics {
  /** Signatures traced. */
  readonly traces: number;
  /** Nodes of the last traced graph. */
  readonly ops: number;
  readonly traceMilliseconds: number;
  readonly runs: number;
  /** Time inside TensorFlow, of all runs. */
  readonly nativeMilliseconds: number;
  /** Time inside TensorFlow and around it, of all runs. */
  readonly totalMilliseconds: number;
}
