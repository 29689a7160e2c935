import { join } from 'node:path';
import { installWheels, type InstallOptions, type Installed, type WheelPin } from '@ganymede/wheels';
import { libraryFiles } from './c-api.js';
import { holdsLibrary, libraryCache } from './library.js';
import { wheelFor } from './wheel-pins.js';

export interface InstallLibraryOptions extends InstallOptions {
  /** Where the two files go; the toolkit's cache if absent, where `findLibrary` looks. */
  readonly folder?: string;
  /** Another wheel than the pinned one of this platform. */
  readonly wheel?: WheelPin;
}

/**
 * Installs the two libraries of TensorFlow's wheel for this platform (190 to 270 MB to download, 850 MB on disk). How, and
 * what happens when it is interrupted: `installWheels`.
 * @throws PLATFORM_NOT_SUPPORTED, and as `installWheels`
 */
export async function installLibrary(options: InstallLibraryOptions = {}): Promise<Installed> {
  const { wheel = wheelFor(), ...rest } = options;
  const { folder = join(libraryCache(), wheel.version) } = options;
  const keep = (member: string): string | undefined =>
    libraryFiles.find((file) => member === `tensorflow/${file}`);
  return installWheels(
    { folder, parts: [{ wheel, keep, required: libraryFiles }], isComplete: holdsLibrary },
    rest,
  );
}
