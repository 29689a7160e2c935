import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cpuPlugins, pinFolder } from '@ganymede/pjrt';
import { Pjrt, type PjrtBackendOptions } from '../src/index.js';

/**
 * The two plugins for processors, `[name, make a backend on it]`, for `describe.each`.
 * @throws if one is not there: tests that cannot run must not pass
 */
export const plugins = cpuPlugins.map((pin): [string, (options?: PjrtBackendOptions) => Pjrt] => {
  const plugin = join(pinFolder(pin), pin.plugin);
  const make = (options: PjrtBackendOptions = {}): Pjrt => {
    if (!existsSync(plugin)) {
      throw new Error(
        `PJRT tests: expected the plugin ${plugin}, got no such file. Type: node tools/pjrt-plugins.mjs (it needs a network)`,
      );
    }
    return new Pjrt({ plugin, cacheFolder: null, ...options });
  };
  return [`${pin.distribution} ${pin.version}`, make];
});
