import * as tf from '@tensorflow/tfjs';
import { startCpu } from '../backends/cpu.js';
import { startWasm } from '../backends/wasm.js';
import { noBackend } from '../errors.js';

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

/** Engines that come with the package, the one to try first first. */
export const ownEngines = ['wasm', 'cpu'] as const;
export type OwnEngine = (typeof ownEngines)[number];

/**
 * Starts an engine that comes along. It is that of this bundle's own tfjs: the program's, if it has one, does not see it.
 * @returns its name
 * @throws NO_BROWSER_BACKEND with the reason of each
 */
export async function startOwnEngine(tried: readonly OwnEngine[], places: NodePlaces): Promise<OwnEngine> {
  const reasons: string[] = [];
  for (const name of tried) {
    const reason = await start(name, places).catch((error: unknown) => `${name}: ${String(error)}`);
    if (reason === null) return name;
    reasons.push(reason);
  }
  throw noBackend(tried, reasons);
}

async function start(name: OwnEngine, { wasmFolder, process }: NodePlaces): Promise<string | null> {
  // What runs already has its kernels, which are not to be replaced once more.
  if (name in tf.engine().registry) return (await tf.setBackend(name)) ? null : `${name}: did not start`;
  const options = { wasm: wasmFolder, emulated: true };
  return name === 'cpu' ? startCpu(options) : withoutHandlers(process, () => startWasm(options));
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
