import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cpuPlugins, pinFolder, Plugin } from '../src/index.js';

/**
 * The two plugins that everything is tested on, `[name, load]`, for `describe.each`.
 * @throws if one is not there: tests that cannot run must not pass
 */
export const plugins = cpuPlugins.map((pin): [string, () => Plugin] => {
  const file = join(pinFolder(pin), pin.plugin);
  const load = (): Plugin => {
    if (!existsSync(file)) {
      throw new Error(
        `PJRT tests: expected the plugin ${file}, got no such file. Type: node tools/pjrt-plugins.mjs (it needs a network)`,
      );
    }
    return Plugin.load(file);
  };
  return [`${pin.distribution} ${pin.version}`, load];
});

/** Where the header lies that one of the wheels brings. */
export const headerFile = join(pinFolder(cpuPlugins[1]), cpuPlugins[1].others[0]!);
