import * as tf from '@tensorflow/tfjs';
import {
  GanymedeError,
  type Backend,
  type BackendDescription,
  type CompiledStep,
  type CompileOptions,
  type NamedTensors,
} from '@ganymede/core';
import {
  compile,
  registerTensorFlow,
  TensorFlowError,
  type TensorFlowBackend as Registered,
} from '@ganymede/tensorflow';

export interface TensorFlowBackendOptions {
  /** Threads within an op; 0: one for each core. */
  readonly threads: number;
  /** `cpu`, or `gpu:0`, `gpu:1`, ... */
  readonly device: string;
  /** Folder of the libraries; null looks for them. */
  readonly library: string | null;
  /** Compile steps with XLA. */
  readonly jit: boolean;
}

/** The name of the tfjs backend. */
const backendName = 'tensorflow';

/** TensorFlow through its C API; steps run as compiled functions off the main thread. */
export class TensorFlowBackend implements Backend {
  private registered: Registered | null = null;

  constructor(private readonly options: TensorFlowBackendOptions) {}

  /** @throws LIBRARY_NOT_FOUND, LIBRARY_NOT_LOADED, NO_GPU, BAD_DEVICE */
  async activate(): Promise<BackendDescription> {
    const { threads, device, library } = this.options;
    const registered = coded(() =>
      registerTensorFlow({
        threads,
        device,
        name: backendName,
        ...(library === null ? {} : { libraryPath: library }),
      }),
    );
    this.registered = registered;
    await tf.setBackend(backendName);
    return {
      name: backendName,
      device,
      library: `TensorFlow ${registered.version}`,
      threads,
      details: { libraryPath: registered.libraryPath, jit: this.options.jit },
    };
  }

  compile(
    step: (inputs: NamedTensors) => NamedTensors,
    { name, precision = 'float32' }: CompileOptions,
  ): CompiledStep {
    if (!this.registered) {
      throw new GanymedeError(
        'BACKEND_NOT_ACTIVE',
        `compile ${name}: expected an active backend, got one before activate()`,
      );
    }
    return compile(this.registered, step, { name, precision, jit: this.options.jit });
  }

  /** Takes the backend off tfjs; the library stays loaded until the process ends. */
  dispose(): void {
    if (!this.registered) return;
    this.registered = null;
    tf.removeBackend(backendName);
  }
}

/** Errors of the binding as the toolkit's: the same code, message and hint. */
function coded<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof TensorFlowError)) throw error;
    throw new GanymedeError(error.code, error.message, {
      cause: error,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    });
  }
}
