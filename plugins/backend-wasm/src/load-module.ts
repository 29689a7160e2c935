import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { compileFunction } from 'node:vm';
import { Worker } from 'node:worker_threads';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

/** tfjs-wasm starts this many workers beforehand, and its thread pool can have no more threads. */
export const mostThreads = 8;

type WasmModule = BackendWasm['wasm'];
/** The part of an Emscripten module that is used here. */
interface PlainModule {
  cwrap(name: string, result: string | null, parameters: readonly string[]): unknown;
}
type ModuleFactory = (settings: { locateFile(path: string): string }) => Promise<PlainModule>;

/** @param threads - as asked for; 0: one for each core */
export function threadsFor(threads: number): number {
  return Math.min(threads === 0 ? availableParallelism() : threads, mostThreads);
}

/**
 * Instantiates the WebAssembly module of `@tensorflow/tfjs-backend-wasm` in Node, with threads.
 *
 * The package switches threads off in Node (tensorflow/tfjs#3830), for want of a way to start its workers: it hands
 * them a blob URL. Its two parts, the Emscripten loader and the worker's source, do run in Node. The loader is
 * evaluated here with three names of its own: `Worker` starts the worker from its source; `require('os')` reports
 * twice the threads, because the binary takes half of the logical cores for the number of real ones; and `process` is
 * one on which it installs no handlers for uncaught errors.
 *
 * @param threads - 1 to {@link mostThreads}; 1 loads the binary without threads
 */
export async function loadModule(threads: number): Promise<WasmModule> {
  const load = createRequire(__filename);
  const folder = dirname(load.resolve('@tensorflow/tfjs-backend-wasm/package.json'));
  const [loader, binary] =
    threads > 1
      ? ['tfjs-backend-wasm-threaded-simd.js', 'tfjs-backend-wasm-threaded-simd.wasm']
      : ['tfjs-backend-wasm.js', 'tfjs-backend-wasm-simd.wasm'];
  const file = join(folder, 'wasm-out', loader);
  const { wasmWorkerContents } = load(
    join(folder, 'wasm-out', 'tfjs-backend-wasm-threaded-simd.worker.js'),
  ) as { wasmWorkerContents: string };
  // The package's string has lost one level of escapes.
  const workerSource = wasmWorkerContents.replace(/\n/g, '\\n');

  class ModuleWorker extends Worker {
    constructor() {
      super(workerSource, { eval: true });
    }
    /** The loader holds the process alive while a thread of the pool exists, which is always. */
    override ref(): void {
      super.unref();
    }
  }
  const requireForModule = (name: string): unknown =>
    name === 'os' ? { cpus: () => Array<null>(2 * threads) } : load(name);
  const quietProcess = Object.create(process, { on: { value: () => quietProcess } }) as NodeJS.Process;
  const scope = { exports: {} as ModuleFactory };
  const names = ['module', 'exports', 'require', '__filename', '__dirname', 'Worker', 'process'];
  const evaluate = compileFunction(readFileSync(file, 'utf8'), names, { filename: file }) as (
    ...values: unknown[]
  ) => void;
  evaluate(scope, scope.exports, requireForModule, file, dirname(file), ModuleWorker, quietProcess);
  const module = await scope.exports({
    locateFile: (path) => (path.endsWith('.wasm') ? join(folder, 'wasm-out', binary) : path),
  });
  return Object.assign(module, {
    tfjs: {
      init: module.cwrap('init', null, []),
      initWithThreadsCount: module.cwrap('init_with_threads_count', null, ['number']),
      getThreadsCount: module.cwrap('get_threads_count', 'number', []),
      registerTensor: module.cwrap('register_tensor', null, ['number', 'number', 'number']),
      disposeData: module.cwrap('dispose_data', null, ['number']),
      dispose: module.cwrap('dispose', null, []),
    },
  }) as unknown as WasmModule;
}

/** The binary starts eight workers whatever the size of its pool; those that it did not take only cost memory. */
export function retireWorkers(module: object): void {
  const { PThread } = module as { PThread?: { unusedWorkers: Worker[] } };
  for (const worker of PThread?.unusedWorkers.splice(0) ?? []) void worker.terminate();
}
