import * as tf from '@tensorflow/tfjs';
import { loadCApi } from './c-api.js';
import type { SessionOptions } from './config-proto.js';
import { Collectives, expectWorkers, startServer } from './collectives.js';
import type { WorkersOptions } from './workers-options.js';
import { EagerBinding } from './eager-binding.js';
import { TensorFlowError } from './errors.js';
import { loadKernelLayer, type NodeBackend } from './kernels.js';
import { registerGather } from './gather-kernel.js';
import { registerGroupedConvolution } from './grouped-convolution-kernels.js';
import { openCudaLibraries } from './cuda-libraries.js';
import { registerBatchMoments } from './batch-moments-kernel.js';
import { pointwise } from './pointwise.js';
import { registerReluGrad } from './relu-grad-kernel.js';
import { findLibrary } from './library.js';
import type { TensorFlowBackend } from './tensorflow-backend.js';
import { RunQueue } from '@ganymede/tracing';
import { userFrame } from './user-frame.js';

export interface TensorFlowOptions {
  /** Folder of the two libraries; found as `findLibrary` says if absent. */
  readonly libraryPath?: string;
  /** Threads within an op, and ops at a time; 0 or absent: one for each core. */
  readonly threads?: number;
  /** `cpu`, or `gpu:0`, `gpu:1`, ... */
  readonly device?: string;
  /** The tfjs backend's name; `tensorflow` if absent. */
  readonly name?: string;
  /** Processes that compute together; `collectives` has their ops. */
  readonly workers?: WorkersOptions;
}

function sessionOptions({ threads = 0, device = 'cpu' }: TensorFlowOptions): SessionOptions {
  if (!Number.isInteger(threads) || threads < 0) {
    throw new TensorFlowError('BAD_THREADS', `threads: expected an integer of 0 or more, got ${threads}`, {
      kind: 'usage',
    });
  }
  // Both pools: with one thread within an op, two ops at once would still take two cores.
  const pools = { intraOpThreads: threads, interOpThreads: threads };
  if (device === 'cpu') return { cpuOnly: true, ...pools };
  const gpu = /^gpu:(\d+)$/.exec(device);
  if (!gpu)
    throw new TensorFlowError('BAD_DEVICE', `device: expected cpu or gpu:0, gpu:1, ..., got ${device}`, {
      kind: 'usage',
    });
  return { gpu: Number(gpu[1]), ...pools };
}

/** tfjs looks for a disposed tensor's data on other backends, which ends in an error about something else. */
function refuseDisposed(backend: NodeBackend): void {
  const { state } = tf.engine() as unknown as { state: { tensorInfo: WeakMap<object, unknown> } };
  const check = (op: string, inputs: readonly tf.TensorInfo[]): void => {
    for (const { dataId } of inputs) {
      if (dataId !== undefined && !backend.tensorMap.has(dataId) && !state.tensorInfo.has(dataId)) {
        throw new TensorFlowError(
          'TENSOR_DISPOSED',
          `${op}: expected live tensors, got a disposed one${userFrame()}`,
          { kind: 'failed' },
        );
      }
    }
  };
  const executeSingleOutput = backend.executeSingleOutput.bind(backend);
  const executeMultipleOutputs = backend.executeMultipleOutputs.bind(backend);
  backend.executeSingleOutput = (op, attributes, inputs) => {
    check(op, inputs);
    return executeSingleOutput(op, attributes, inputs);
  };
  backend.executeMultipleOutputs = (op, attributes, inputs, numOutputs) => {
    check(op, inputs);
    return executeMultipleOutputs(op, attributes, inputs, numOutputs);
  };
}

const kernelNames = (backendName: string): ReadonlySet<string> =>
  new Set(tf.getKernelsForBackend(backendName).map(({ kernelName }) => kernelName));

/**
 * Loads TensorFlow and registers it as a tfjs backend; `tf.setBackend(name)` makes it the current one,
 * `tf.removeBackend(name)` frees it with all its tensors, once the runs under way have ended.
 * @throws LIBRARY_NOT_FOUND, LIBRARY_NOT_LOADED, NO_GPU, BAD_DEVICE, BAD_THREADS, BACKEND_IN_USE, BAD_WORKERS,
 * WORKER_NOT_STARTED
 */
export function registerTensorFlow(options: TensorFlowOptions = {}): TensorFlowBackend {
  const name = options.name ?? 'tensorflow';
  const session = sessionOptions(options);
  if (options.workers) expectWorkers(options.workers);
  if (tf.findBackendFactory(name) != null) {
    throw new TensorFlowError(
      'BACKEND_IN_USE',
      `${name}: expected a backend name that is free, got one that is registered`,
      { kind: 'failed', hint: `Pass another name, or tf.removeBackend('${name}') first.` },
    );
  }
  const gpu = session.gpu !== undefined;
  const libraryPath = options.libraryPath ?? findLibrary().folder;
  if (gpu) openCudaLibraries(libraryPath);
  const binding = new EagerBinding(loadCApi(libraryPath), session);
  if (options.workers) startServer(binding, options.workers, session);
  const { NodeJSKernelBackend, registerKernels } = loadKernelLayer();
  const backend = new NodeJSKernelBackend(binding, '@tensorflow/tfjs-node');
  const collectives = options.workers ? new Collectives(backend, options.workers) : null;
  // tfjs-node's read blocks the main thread until the value is there; this one waits on a worker.
  backend.read = async (dataId: object) => {
    const info = backend.tensorMap.get(dataId);
    return (info.values ?? (await binding.tensorData(info.id))) as Float32Array;
  };
  backend.pointwise = (inputs, body) => pointwise(binding, backend, inputs, body);
  const runs = new RunQueue();
  refuseDisposed(backend);
  const others = kernelNames(name);
  registerKernels(name, backend);
  registerGather(name);
  registerReluGrad(name);
  registerGroupedConvolution(name, binding);
  if (!gpu) registerBatchMoments(name); // on a GPU the op keeps 1 / sqrt(variance) instead
  backend.dispose = () => {
    // tfjs keeps the kernels of a removed backend. The next backend of this name would be warned of each of them, and
    // where it fails to load, which tfjs-node does after it has registered its own, theirs would stay in place of ours.
    for (const kernel of kernelNames(name)) if (!others.has(kernel)) tf.unregisterKernel(kernel, name);
    runs.afterwards(() => binding.dispose());
  };
  // The factory must return the same backend however often tfjs asks.
  tf.registerBackend(name, () => backend, 3);
  return { name, binding, backend, runs, collectives, version: binding.TF_Version, libraryPath };
}
