import { createGenerator, type CreateGeneratorOptions } from '../create-generator.js';
import { onceLoaded, type PackagedGenerator } from './once-loaded.js';

export { imageData } from '../images.js';

/**
 * The generator of a package, in a page. Its files are given one by one, in the form that bundlers take along.
 * @param files - addresses of the generator's files by name
 * @param wasm - addresses of tfjs's `.wasm` files by name
 */
export function packagedGenerator(
  files: Readonly<Record<string, URL>>,
  wasm: Readonly<Record<string, URL>>,
): PackagedGenerator<CreateGeneratorOptions> {
  return onceLoaded((options) => createGenerator(files, { wasmFolder: wasm, ...options }));
}
