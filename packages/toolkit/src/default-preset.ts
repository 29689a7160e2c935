import { findLibrary } from '@ganymede/tensorflow';

/** What to train where nothing was said: the quickstart that this machine can do in minutes. */
export function defaultPreset(
  environment: NodeJS.ProcessEnv = process.env,
): 'quickstart' | 'quickstart-wasm' {
  try {
    findLibrary(environment);
    return 'quickstart';
  } catch (error) {
    if ((error as { code?: unknown }).code === 'LIBRARY_NOT_FOUND') return 'quickstart-wasm';
    throw error;
  }
}
