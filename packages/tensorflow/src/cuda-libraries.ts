import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openWhatLoads } from './open-libraries.js';

/** Stubs and alternatives that NVIDIA ships beside its libraries and that nothing asks for by name. */
const unneeded = /^lib(cudart_static|nvblas|cublas_static|checkpoint|pcsamplingutil|nvperf_)/;

/** Folders with NVIDIA's libraries in the Python environment that TensorFlow lies in. */
function cudaLibraryFolders(libraryPath: string): string[] {
  const nvidia = join(dirname(libraryPath), 'nvidia');
  if (!existsSync(nvidia)) return [];
  return readdirSync(nvidia)
    .map((name) => join(nvidia, name, 'lib'))
    .filter((folder) => existsSync(folder));
}

/**
 * Loads NVIDIA's libraries before TensorFlow asks the loader for them by name, which then finds them loaded: no
 * LD_LIBRARY_PATH is needed. Where there are none, TensorFlow looks for the system's.
 */
export function openCudaLibraries(libraryPath: string): void {
  const folders = cudaLibraryFolders(libraryPath);
  openWhatLoads(
    folders.flatMap((folder) =>
      readdirSync(folder)
        .filter((name) => /\.so[.\d]*$/.test(name) && !unneeded.test(name))
        .map((name) => join(folder, name)),
    ),
  );
}
