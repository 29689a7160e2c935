import type { BrowserBackend } from './backends/browser-backend.js';
import { BrowserGenerator, HostConnection } from './browser-generator.js';
import { startWorker } from './start-worker.js';

export interface CreateGeneratorOptions {
  /** `auto`, the default: webgpu, then webgl, then wasm, whichever runs here and is not emulated by the processor. */
  readonly backend?: BrowserBackend | 'auto';
  /** Ends the loading; the promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Told of bytes as they come, of all that are fetched. */
  readonly onProgress?: (loaded: number, total: number) => void;
  /** Address of the folder with tfjs's `.wasm` files, or of each by its name; beside the worker by default. */
  readonly wasmFolder?: string | Readonly<Record<string, string | URL>>;
  /** A worker of `@ganymede/browser`'s `worker.js` that was started elsewhere, for bundlers that move files. */
  readonly worker?: Worker;
}

/**
 * Loads a generator that `ganymede export --to web` wrote, into a worker.
 * @param address - of the folder, or of its `config.json`, relative to the page; or the address of each of its files by
 * name, for bundlers that rename them
 * @throws GENERATOR_NOT_FOUND, GENERATOR_DAMAGED, GENERATOR_INCOMPATIBLE, GENERATOR_TOO_NEW, NO_BROWSER_BACKEND, and what
 * the signal was aborted with
 */
export async function createGenerator(
  address: string | URL | Readonly<Record<string, string | URL>>,
  { backend = 'auto', signal, onProgress, wasmFolder, worker }: CreateGeneratorOptions = {},
): Promise<BrowserGenerator> {
  signal?.throwIfAborted();
  const absolute = (one: string | URL): string => new URL(one, document.baseURI).href;
  const folder = (one: string | URL): string => absolute(one).replace(/(?<!\/|\.json)$/, '/');
  const eachOf = (all: Readonly<Record<string, string | URL>>): Record<string, string> =>
    Object.fromEntries(Object.entries(all).map(([name, one]) => [name, absolute(one)]));
  const isOne = typeof address === 'string' || address instanceof URL;
  const connection = new HostConnection(worker ?? startWorker());
  try {
    const info = await connection.call(
      (id) => ({
        kind: 'load',
        id,
        address: folder(isOne ? address : document.baseURI),
        addresses: isOne ? {} : eachOf(address),
        backend,
        wasm:
          typeof wasmFolder === 'object'
            ? eachOf(wasmFolder)
            : wasmFolder === undefined
              ? null
              : folder(wasmFolder),
      }),
      (answer) => {
        if (answer.kind === 'progress') onProgress?.(answer.loaded, answer.total);
        return answer.kind === 'loaded' ? answer.info : undefined;
      },
      signal,
    );
    return new BrowserGenerator(connection, info);
  } catch (error) {
    connection.close();
    throw error;
  }
}
