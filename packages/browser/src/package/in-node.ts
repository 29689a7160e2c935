import type { Fetch } from '../fetch-file.js';
import { GatheredImages } from '../gathered-images.js';
import { LoadedGenerator, type LoadProgress } from '../loaded-generator.js';
import { countOf } from '../request.js';
import { startNodeBackend, type NodeProcess } from './node-backend.js';
import { onceLoaded, type PackagedGenerator } from './once-loaded.js';

export interface NodeLoadOptions {
  /** See `startNodeBackend`; `auto` by default. */
  readonly backend?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: LoadProgress;
}

/** What Node gives; the module of the package has it, so that this one is checked as one for pages. */
export interface NodeBuiltIns {
  readonly readFile: (address: URL) => Promise<Uint8Array<ArrayBuffer>>;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
  readonly process: NodeProcess;
}

/**
 * The generator of a package, in Node and in this thread.
 * @param files - `file:` addresses of the generator's files by name
 * @param wasmFolder - with tfjs's `.wasm` files, a path that ends in a slash
 */
export function packagedGenerator(
  files: Readonly<Record<string, URL>>,
  wasmFolder: string,
  { readFile, now, process }: NodeBuiltIns,
): PackagedGenerator<NodeLoadOptions> {
  // As `fetch` would give them.
  const readFiles: Fetch = async (address) => new Response(await readFile(new URL(address)));
  const addresses = Object.fromEntries(Object.entries(files).map(([name, { href }]) => [name, href]));
  return onceLoaded<NodeLoadOptions>(async ({ backend: wanted = 'auto', signal, onProgress } = {}) => {
    const backend = await startNodeBackend(wanted, { wasmFolder, process });
    const loaded = await LoadedGenerator.load(Object.values(addresses)[0]!, {
      get: readFiles,
      addresses,
      ...(signal && { signal }),
      ...(onProgress && { onProgress }),
    });
    return {
      backend,
      generate: async (request = {}, options = {}) => {
        const start = now();
        const count = countOf(request, loaded.latentSize);
        const images = new GatheredImages(loaded.config.imageShape, count, request.values === true);
        for await (const batch of loaded.generate(request, options.signal)) {
          const done = images.add(batch);
          options.onProgress?.(done, count, images.pixels);
        }
        return images.whole(now() - start);
      },
      latents: async (request = {}) => Float32Array.from(loaded.latents(request)),
      dispose: () => loaded.dispose(),
    };
  });
}
