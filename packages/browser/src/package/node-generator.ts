import type { Fetch } from '../fetch-file.js';
import { GatheredImages } from '../gathered-images.js';
import { LoadedGenerator, type LoadProgress, type OnEngine } from '../loaded-generator.js';
import { countOf } from '../request.js';
import type { Running } from './once-loaded.js';

export interface NodeLoadOptions {
  /** `auto`: the program's `tensorflow` where it has one, else `wasm`, else `cpu`; or the name of one. */
  readonly backend?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: LoadProgress;
}

/** What Node gives; the module of the package has it, so that this one is checked as one for pages. */
export interface NodeFiles {
  readonly readFile: (address: URL) => Promise<Uint8Array<ArrayBuffer>>;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
}

/**
 * A packaged generator in Node and in this thread.
 * @param files - `file:` addresses of the generator's files by name
 * @param engine - which one runs it
 */
export async function openNodeGenerator(
  files: Readonly<Record<string, URL>>,
  { readFile, now }: NodeFiles,
  engine: { readonly name: string; readonly onEngine?: OnEngine },
  { signal, onProgress }: NodeLoadOptions,
): Promise<Running> {
  // As `fetch` would give them.
  const get: Fetch = async (address) => new Response(await readFile(new URL(address)));
  const addresses = Object.fromEntries(Object.entries(files).map(([name, { href }]) => [name, href]));
  const loaded = await LoadedGenerator.load(Object.values(addresses)[0]!, {
    get,
    addresses,
    ...(engine.onEngine && { onEngine: engine.onEngine }),
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
  });
  return {
    backend: engine.name,
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
}
