import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs';
import type * as TfjsWasm from '@tensorflow/tfjs-backend-wasm';
import {
  GanymedeError,
  type Backend,
  type BackendDescription,
  type CompiledStep,
  type CompileOptions,
  type NamedTensors,
} from '@ganymede/core';
import { EagerStep } from '@ganymede/core/eager-step';
import { registerKernels } from './kernels/register-kernels.js';
import { loadModule, retireWorkers, threadsFor } from './load-module.js';

const name = 'wasm';

/**
 * TensorFlow.js on WebAssembly, completed so that it trains: nothing to install beyond npm packages. Products and
 * convolutions run in XNNPACK with SIMD instructions and threads, in float32.
 */
export class WasmBackend implements Backend {
  private owns = false;

  /** @param threads - 0: one for each core, at most 8 */
  constructor(private readonly threads = 0) {}

  /** @throws BACKEND_UNAVAILABLE, BACKEND_IN_USE */
  async activate(): Promise<BackendDescription> {
    // Loading the package registers its kernels, so that it happens here and not at import.
    const wasm = createRequire(__filename)('@tensorflow/tfjs-backend-wasm') as typeof TfjsWasm;
    if (!this.owns) await this.start(wasm);
    if (!(await tf.setBackend(name))) throw unavailable();
    return {
      name,
      device: 'cpu',
      library: `tfjs-backend-wasm ${wasm.version_wasm}`,
      threads: wasm.getThreadsCount(),
      details: { simd: true, precision: 'float32' },
    };
  }

  private async start(wasm: typeof TfjsWasm): Promise<void> {
    if (!tf.getKernel(tf.Conv2DBackpropFilter, name)) {
      registerKernels(name);
      // The package's own factory loads the binary without threads.
      tf.removeBackend(name);
    }
    if (tf.findBackendFactory(name) != null) {
      throw new GanymedeError(
        'BACKEND_IN_USE',
        `${name}: expected no other backend of this name in the process, got one`,
        { kind: 'failed', hint: 'Dispose the other one first.' },
      );
    }
    const threads = threadsFor(this.threads);
    const module = await loadModule(threads).catch((cause: unknown) => {
      throw unavailable(cause);
    });
    wasm.setThreadsCount(threads);
    tf.registerBackend(name, () => {
      const backend = new wasm.BackendWasm(module);
      retireWorkers(module);
      return backend;
    });
    this.owns = true;
  }

  /** @throws PRECISION_UNSUPPORTED for bfloat16 */
  compile(
    step: (inputs: NamedTensors) => NamedTensors,
    { name: stepName, precision = 'float32' }: CompileOptions,
  ): CompiledStep {
    if (precision !== 'float32') {
      throw new GanymedeError(
        'PRECISION_UNSUPPORTED',
        `${stepName} on wasm: expected precision float32, got ${precision}`,
        { kind: 'usage', hint: 'Set precision to float32, or use the tensorflow backend.' },
      );
    }
    return new EagerStep(stepName, step);
  }

  /** Ends the threads and frees all tensors of the backend, if it was this object that started it. */
  dispose(): void {
    if (!this.owns) return;
    this.owns = false;
    tf.removeBackend(name);
  }
}

function unavailable(cause?: unknown): GanymedeError {
  return new GanymedeError(
    'BACKEND_UNAVAILABLE',
    'wasm: expected the binary of @tensorflow/tfjs-backend-wasm to load, got an error',
    {
      kind: 'missing',
      hint: 'Try threads: 1, which needs no shared memory; reinstall the package if that fails too.',
      cause,
    },
  );
}
