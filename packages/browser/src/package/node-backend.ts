import * as tf from '@tensorflow/tfjs';
import { startCpu } from '../backends/cpu.js';
import { startWasm } from '../backends/wasm.js';
import { noBackend } from '../errors.js';

/** tfjs-node's and ours: both compute with TensorFlow's library. */
const native = 'tensorflow';

/** The part of Node's `process` that is used here. */
export interface NodeProcess {
  listeners(event: string): readonly NodeListener[];
  off(event: string, listener: NodeListener): unknown;
}
type NodeListener = (...values: never[]) => void;

interface NodePlaces {
  /** A path that ends in a slash. */
  readonly wasmFolder: string;
  readonly process: NodeProcess;
}

const isRegistered = (name: string): boolean => tf.findBackendFactory(name) != null;

/**
 * Makes an engine tfjs's current one. tfjs keeps its engines for the whole process, so those of a copy that the program
 * has loaded are found too: `@tensorflow/tfjs-node` is `tensorflow`.
 *
 * @param wanted - `auto`: `tensorflow` where the program has it, else `wasm`, else `cpu`; or the name of one
 * @returns the name of the engine
 * @throws NO_BROWSER_BACKEND with the reason of each
 */
export async function startNodeBackend(wanted: string, places: NodePlaces): Promise<string> {
  const tried = wanted !== 'auto' ? [wanted] : [...(isRegistered(native) ? [native] : []), 'wasm', 'cpu'];
  const reasons: string[] = [];
  for (const name of tried) {
    const reason = await start(name, places).catch((error: unknown) => `${name}: ${String(error)}`);
    if (reason === null) return name;
    reasons.push(reason);
  }
  throw noBackend(tried, reasons);
}

async function start(name: string, { wasmFolder, process }: NodePlaces): Promise<string | null> {
  const options = { wasm: wasmFolder, emulated: true };
  // What runs already is as it was set up; tfjs refuses to be told again where its files are.
  const isRunning = name in tf.engine().registry;
  if (name === 'wasm' && !isRunning) return withoutHandlers(process, () => startWasm(options));
  if (name === 'cpu' && !isRunning) return startCpu(options);
  if (!isRegistered(name)) return `${name}: the program has no such engine of tfjs`;
  return (await tf.setBackend(name)) ? null : `${name}: did not start`;
}

/** The loader of the `.wasm` files would end the program at errors that the program means to handle. */
async function withoutHandlers<T>(process: NodeProcess, run: () => Promise<T>): Promise<T> {
  const events = ['uncaughtException', 'unhandledRejection'].map(
    (event) => [event, new Set(process.listeners(event))] as const,
  );
  try {
    return await run();
  } finally {
    for (const [event, before] of events)
      for (const listener of process.listeners(event))
        if (!before.has(listener)) process.off(event, listener);
  }
}
