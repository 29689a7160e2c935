import {
  isGanymedeError,
  type Backend,
  type BackendDescription,
  type ComponentChoice,
  type Components,
} from '@ganymede/core';

export interface OpenBackend {
  readonly backend: Backend;
  readonly description: BackendDescription;
  /** Why `auto` did not take the fastest; null where it did or was not asked. */
  readonly note: string | null;
}

/** Activates the backend of a config; `auto` takes tensorflow where its library is found, else wasm. */
export async function openBackend(components: Components, choice: ComponentChoice): Promise<OpenBackend> {
  const activate = async (wanted: ComponentChoice, note: string | null): Promise<OpenBackend> => {
    const backend = components.resolve('backend', wanted);
    try {
      return { backend, description: await backend.activate(), note };
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
    if (!isGanymedeError(error) || !missingLibrary.has(error.code)) throw error;
    return activate(
      { use: 'wasm' },
      `TensorFlow was not found, so the slower wasm backend runs. ${error.hint ?? ''}`,
    );
  }
}

const missingLibrary = new Set(['LIBRARY_NOT_FOUND', 'LIBRARY_NOT_LOADED', 'BACKEND_UNAVAILABLE']);
