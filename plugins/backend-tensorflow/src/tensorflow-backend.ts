import { availableParallelism } from 'node:os';
import * as tf from '@tensorflow/tfjs';
import {
  GanymedeError,
  type Backend,
  type BackendDescription,
  type BackendProfile,
  type CompiledStep,
  type CompileOptions,
  type NamedTensors,
  type Replicas,
  type WorkersSpec,
} from '@ganymede/core';
import {
  compile,
  generationAt,
  Profile,
  registerTensorFlow,
  TensorFlowError,
  type TensorFlowBackend,
} from '@ganymede/tensorflow';
import { chromeTrace, opTimes, readXSpace } from '@ganymede/xspace';

export interface TensorFlowBackendOptions {
  /** Threads within an op; 0: one for each core. */
  readonly threads?: number;
  /** `cpu`, or `gpu:0`, `gpu:1`, ... */
  readonly device?: string;
  /** Folder of TensorFlow's two libraries; found if absent. */
  readonly libraryPath?: string | undefined;
  /** Compile steps with XLA. */
  readonly jit?: boolean;
}

const name = 'tensorflow';

/** TensorFlow's own library through its C API: native kernels, and steps compiled to one TensorFlow function each. */
export class TensorFlow implements Backend {
  private active: TensorFlowBackend | null = null;

  constructor(private readonly options: TensorFlowBackendOptions = {}) {}

  /** @throws LIBRARY_NOT_FOUND, LIBRARY_NOT_LOADED, NO_GPU, BAD_DEVICE, BACKEND_IN_USE, BAD_WORKERS, WORKER_NOT_STARTED */
  async activate({
    workers,
  }: { readonly workers?: WorkersSpec | undefined } = {}): Promise<BackendDescription> {
    const { threads = 0, device = 'cpu', libraryPath } = this.options;
    if (!this.active) {
      if (tf.findBackendFactory(name) != null) {
        throw new GanymedeError(
          'BACKEND_IN_USE',
          `${name}: expected no other backend of this name in the process, got one`,
          { kind: 'failed', hint: 'Dispose the other one first; tfjs-node cannot be in the same process.' },
        );
      }
      this.active = ours(() =>
        registerTensorFlow({
          name,
          threads,
          device,
          ...(libraryPath !== undefined && { libraryPath }),
          ...(workers && { workers }),
        }),
      );
    }
    await tf.setBackend(name);
    return {
      name,
      device,
      library: `TensorFlow ${this.active.version}`,
      threads: threads === 0 ? availableParallelism() : threads,
      details: { libraryPath: this.active.libraryPath, jit: this.options.jit ?? false },
    };
  }

  generationAt(address: string): Promise<number | null> {
    return generationAt(address);
  }

  get replicas(): Replicas | undefined {
    return this.active?.collectives ?? undefined;
  }

  /** @throws BACKEND_INACTIVE before `activate` */
  compile(
    step: (inputs: NamedTensors) => NamedTensors,
    { name: stepName, precision = 'float32' }: CompileOptions,
  ): CompiledStep {
    const active = this.whileActive(`compile ${stepName}`);
    const compiled = ours(() =>
      compile(active, step, { name: stepName, precision, jit: this.options.jit ?? false }),
    );
    return {
      run: async (inputs) => {
        try {
          return await compiled.run(inputs);
        } catch (error) {
          throw translated(error);
        }
      },
      dispose: () => compiled.dispose(),
    };
  }

  /** @throws SYMBOL_NOT_FOUND in a TensorFlow whose profiler has another shape; BACKEND_INACTIVE */
  startProfile(): { stop(): BackendProfile } {
    const active = this.whileActive('profile');
    const profile = ours(() => Profile.start(active));
    return {
      stop: () => {
        const bytes = ours(() => profile.stop());
        const lines = readXSpace(bytes);
        return {
          files: { 'host.xplane.pb': bytes, 'trace.json': Buffer.from(chromeTrace(lines)) },
          ops: opTimes(lines),
        };
      },
    };
  }

  private whileActive(what: string): TensorFlowBackend {
    if (this.active) return this.active;
    throw new GanymedeError(
      'BACKEND_INACTIVE',
      `${what}: expected an active backend, got one that was not activated or was disposed`,
      { kind: 'failed', hint: 'Call activate() first.' },
    );
  }

  dispose(): void {
    if (!this.active) return;
    this.active = null;
    tf.removeBackend(name);
  }
}

function ours<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw translated(error);
  }
}

/** The binding knows no package of ours, and so has an error class of its own; codes and hints are the same. */
function translated(error: unknown): unknown {
  if (!(error instanceof TensorFlowError)) return error;
  return new GanymedeError(error.code, error.message, {
    kind: error.kind,
    ...(error.hint !== undefined && { hint: error.hint }),
    cause: error,
  });
}
