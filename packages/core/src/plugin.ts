import type { ComponentDefinition } from './component.js';
import { GanymedeError } from './errors.js';
import type { PartDefinition, PartToken, PartWrapper } from './parts.js';
import type { PresetDefinition } from './preset.js';
import type { SlotName } from './slots.js';

/** The contract's version: raised when a plugin written for the old one would break. */
export const pluginApiVersion = 1;

/** The narrow door through which components come in, built-in or third-party. */
export interface PluginContainer {
  /** Adds a component; an id that its slot already has is an error that names both plugins. */
  // The options' type is the component's own affair.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  add(component: ComponentDefinition<SlotName, any>): void;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  replace(component: ComponentDefinition<SlotName, any>): void;
  /**
   * Makes a part of every run in another way. `@ganymede/toolkit` exports the tokens as `runParts`.
   * @throws UNKNOWN_PART where a run has no such part
   */
  replacePart<T>(definition: PartDefinition<T>): void;
  /** Puts something around a part of every run. Of several plugins the last one is the outermost. */
  wrapPart<T>(token: PartToken<T>, wrap: PartWrapper<T>): void;
  /**
   * Adds a recipe that configs and `--preset` name.
   * @param id - kebab-case; one that another plugin or the toolkit has already is an error that names both
   * @throws DUPLICATE_PRESET, BAD_PRESET, BAD_CONFIG for values that are no data
   */
  addPreset(id: string, preset: PresetDefinition): void;
}

export interface Plugin {
  readonly apiVersion: number;
  /** The npm package's name. */
  readonly name: string;
  readonly version?: string;
  /** Waited for where it is asynchronous, so that a plugin may load what it needs only when it is used. */
  register(container: PluginContainer): void | Promise<void>;
}

export function definePlugin(plugin: Plugin): Plugin {
  if (typeof plugin.name !== 'string' || plugin.name.length === 0) {
    throw new GanymedeError(
      'BAD_PLUGIN',
      `definePlugin: expected a name, got ${JSON.stringify(plugin.name)}`,
      { kind: 'failed' },
    );
  }
  if (typeof plugin.register !== 'function') {
    throw new GanymedeError(
      'BAD_PLUGIN',
      `plugin ${plugin.name}: expected a register function, got ${typeof plugin.register}`,
      { kind: 'failed' },
    );
  }
  return Object.freeze(plugin);
}
