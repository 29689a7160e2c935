import { availableParallelism } from 'node:os';
import {
  isGanymedeError,
  ranksBeside,
  type Backend,
  type BackendDescription,
  type ComponentChoice,
  type Components,
  type WorkersSpec,
} from '@ganymede/core';
import { rollCall, workersUnsupported } from '@ganymede/workers';

export interface OpenBackend {
  readonly backend: Backend;
  readonly description: BackendDescription;
  /** Why `auto` did not take the fastest; null where it did or was not asked. */
  readonly note: string | null;
}

/**
 * Activates the backend of a config; `auto` takes tensorflow where its library is found, else wasm.
 * @param workers - the processes that work together, this one among them: all of them answer to the roll before it listens
 * @throws WORKERS_UNSUPPORTED, and what the roll call and activating throw
 */
export async function openBackend(
  components: Components,
  choice: ComponentChoice,
  workers?: WorkersSpec,
): Promise<OpenBackend> {
  const activate = async (wanted: ComponentChoice, note: string | null): Promise<OpenBackend> => {
    const backend = components.resolve('backend', wanted);
    try {
      if (workers) {
        const generationAt = backend.generationAt?.bind(backend);
        await rollCall({ ...workers, clock: components.clock, generationAt });
      }
      const description = await backend.activate({ workers });
      // One that does not know others would train a run of its own.
      if (workers && !backend.replicas) throw workersUnsupported(wanted.use);
      return { backend, description, note };
    } catch (error) {
      // What it registered before it failed would be in the way of the next one.
      backend.dispose();
      throw error;
    }
  };
  const { use, ...options } = withOwnThreads(choice, workers);
  if (use !== 'auto') return activate({ use, ...options }, null);
  try {
    return await activate({ use: 'tensorflow', ...options }, null);
  } catch (error) {
    if (workers || !isGanymedeError(error) || !missingLibrary.has(error.code)) throw error;
    return activate(
      { use: 'wasm' },
      `TensorFlow was not found, so the slower wasm backend runs. ${error.hint ?? ''}`,
    );
  }
}

/** Several processes of one machine would each take all of its cores, unless the choice says how many. */
function withOwnThreads(choice: ComponentChoice, workers: WorkersSpec | undefined): ComponentChoice {
  const { use, threads } = choice;
  if (!workers || (threads !== undefined && threads !== 0) || !(use === 'auto' || use === 'tensorflow'))
    return choice;
  const here = ranksBeside(workers).length;
  return here === 1 ? choice : { ...choice, threads: Math.max(1, Math.floor(availableParallelism() / here)) };
}

const missingLibrary = new Set(['LIBRARY_NOT_FOUND', 'LIBRARY_NOT_LOADED', 'BACKEND_UNAVAILABLE']);
