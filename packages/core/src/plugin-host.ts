import type { Clock } from './clock.js';
import type { Components } from './components.js';
import type { Plugin } from './plugin.js';

/** What components a run, a config or a measurement is opened with. */
export interface ComponentRequest {
  /** Its plugins are loaded, found from `runFolder` and the current folder. */
  readonly config?: { readonly plugins: readonly string[] };
  /** Register after those of the config, in this order. */
  readonly plugins?: readonly Plugin[];
  /** Handed to components; null, the default, where there is none. */
  readonly runFolder?: string | null;
}

/**
 * What configs, runs and measurements ask of the composition root above them: it alone knows which components there are,
 * and how plugins are found.
 */
export interface PluginHost {
  /** The clock of the program. */
  readonly clock: Clock;
  /**
   * The file that a plugin's name leads to.
   * @param name - of a package, or a path
   * @throws PLUGIN_NOT_FOUND
   */
  find(name: string, folders: readonly string[]): string;
  /**
   * Loads the plugins of these names, in order.
   * @param run - what names them, where that is a run: it remembers where they were; and plugins that are loaded already, of
   * which one may stand in for one that is named
   * @throws PLUGIN_NOT_FOUND, PLUGIN_NOT_BUILT, PLUGIN_FAILED, BAD_PLUGIN
   */
  load(
    names: readonly string[],
    folders: readonly string[],
    run?: { readonly runFolder?: string | null; readonly given?: readonly Plugin[] },
  ): Promise<readonly Plugin[]>;
  /**
   * The data of a config that is a program, JavaScript or TypeScript; plugins that it has as objects have become names.
   * @throws CONFIG_FAILED for what it throws, BAD_CONFIG
   */
  importConfig(file: string): Promise<unknown>;
  /** Every component that is built in, and those of plugins. @throws as `load`, and what registering throws */
  open(request: ComponentRequest): Promise<Components>;
}
