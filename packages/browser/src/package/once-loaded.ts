import type { CallOptions } from '../browser-generator.js';
import { badRequest } from '../errors.js';
import type { Images } from '../images.js';
import type { GenerateRequest, LatentsRequest } from '../request.js';

/** A loaded generator, in a worker or in this thread. */
export interface Running {
  readonly backend: string;
  generate(request?: GenerateRequest, options?: CallOptions): Promise<Images>;
  latents(request?: LatentsRequest): Promise<Float32Array>;
  dispose(): void;
}

/** What a package that `export --to npm` wrote offers. */
export interface PackagedGenerator<LoadOptions> extends Pick<Running, 'generate' | 'latents'> {
  /** Loads the generator now, and with these options; without it the first request does. Gives the engine's name. */
  load(options?: LoadOptions): Promise<string>;
  /** Frees it; the next request loads it again. */
  dispose(): Promise<void>;
}

/** A generator that is loaded at its first use, and once. */
export function onceLoaded<LoadOptions>(
  open: (options?: LoadOptions) => Promise<Running>,
): PackagedGenerator<LoadOptions> {
  let running: Promise<Running> | null = null;
  const opened = (options?: LoadOptions): Promise<Running> => {
    if (running) return running;
    const own = open(options).catch((error: unknown) => {
      // What failed may be tried again: the network may be back. After `dispose` another may be there already.
      if (running === own) running = null;
      throw error;
    });
    return (running = own);
  };
  return {
    load: async (options) => {
      if (running && options !== undefined)
        throw badRequest('load', 'to be called before all else', 'a generator that is loaded already');
      return (await opened(options)).backend;
    },
    generate: async (request, options) => (await opened()).generate(request, options),
    latents: async (request) => (await opened()).latents(request),
    dispose: async () => {
      const before = running;
      running = null;
      (await before?.catch(() => null))?.dispose();
    },
  };
}
