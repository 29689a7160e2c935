import type { NamedTensors } from './layer.js';
import type { Replicas } from './replicas.js';

/** Tensors by name: what a compiled step takes and gives. */
export interface CompiledStep {
  /** Runs off the main thread where the backend can; the caller owns the outputs. */
  run(inputs: NamedTensors): Promise<NamedTensors>;
  dispose(): void;
}

export interface CompileOptions {
  readonly name: string;
  readonly precision?: 'float32' | 'bfloat16';
}

export interface BackendDescription {
  readonly name: string;
  readonly device: string;
  readonly library: string;
  readonly threads: number;
  /** That every batch is divided over; 1 if absent. */
  readonly devices?: number;
  readonly details?: Record<string, string | number | boolean>;
}

/** The processes that train one run together, as one of them is told of them. */
export interface WorkersSpec {
  /** `host:port` of each by rank, the same list in all of them. */
  readonly addresses: readonly string[];
  /** Which of them this one is, from 0. */
  readonly rank: number;
  /** How long one operation waits for the others. */
  readonly timeoutSeconds?: number;
  /** Which start of the run this is, greater than any before; 0 if absent. Processes of different starts do not work together. */
  readonly generation?: number;
}

/** What a backend recorded of its own work. */
export interface BackendProfile {
  /** For the tools that read them, by file name. */
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** Time by kind of op, longest first; ops that ran at the same time count both. */
  readonly ops: readonly { readonly op: string; readonly calls: number; readonly milliseconds: number }[];
}

/** An engine under tfjs. `activate` loads it and makes it tfjs's current backend. */
export interface Backend {
  activate(options?: { readonly workers?: WorkersSpec | undefined }): Promise<BackendDescription>;
  /** Of the workers that it was activated with, one rank a process; absent where it was told of none, or knows no others. */
  readonly replicas?: Replicas | undefined;
  /**
   * Which start of a run the process at an address takes part in, where it works with this engine already; null where none says. Asked
   * before `activate`. Absent where the engine cannot tell.
   */
  generationAt?(address: string): Promise<number | null>;
  /**
   * A function of tensors that runs as one unit: traced and compiled where the backend can, else eager inside
   * `tidy`. `step` is pure but for assignments to variables; host numbers that change come in as tensors.
   */
  compile(step: (inputs: NamedTensors) => NamedTensors, options: CompileOptions): CompiledStep;
  /** Records what the backend does until `stop`; absent where the backend has no profiler. */
  startProfile?(): { stop(): BackendProfile };
  dispose(): void;
}
