import {
  isGanymedeError,
  type Backend,
  type BackendDescription,
  type ComponentChoice,
  type Components,
  type WorkersSpec,
} from '@ganymede/core';
import { workersUnsupported } from '@ganymede/workers';

export interface OpenBackend {
  readonly backend: Backend;
  readonly description: BackendDescription;
  /** Why `auto` did not take the fastest; null where it did or was not asked. */
  readonly note: string | null;
}

/**
 * Activates the backend of a config; `auto` takes tensorflow where its library is found, else wasm.
 * @param workers - the processes that train together, this one among them
 * @throws WORKERS_UNSUPPORTED, and what activating throws
 */
export async function openBackend(
  components: Components,
  choice: ComponentChoice,
  workers?: WorkersSpec,
): Promise<OpenBackend> {
  const activate = async (wanted: ComponentChoice, note: string | null): Promise<OpenBackend> => {
    const backend = components.resolve('backend', wanted);
    try {
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
  const { use, ...options } = choice;
  if (use !== 'auto') return activate(choice, null);
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

const missingLibrary = new Set(['LIBRARY_NOT_FOUND', 'LIBRARY_NOT_LOADED', 'BACKEND_UNAVAILABLE']);
