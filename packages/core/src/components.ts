import type { Clock } from './clock.js';
import type { ComponentDefinition } from './component.js';
import type { PartDefinition, PartScope } from './parts.js';
import type { Plugin } from './plugin.js';
import type { RegisteredPreset } from './preset.js';
import type { SlotName, Slots } from './slots.js';

/** A component by its id, and its options. In a document `hinge` alone is short for `{ use: hinge }`. */
export interface ComponentChoice {
  readonly use: string;
  readonly [option: string]: unknown;
}

/** An option of a config that is wrong. */
export interface OptionProblem {
  /** Dotted, e.g. `generator.channels`. */
  readonly path: string;
  readonly expected: string;
  readonly got: string;
  readonly hint?: string;
}

/** Either the options or what is wrong with them. */
export type CheckedChoice =
  | { readonly options: Record<string, unknown>; readonly problems: readonly [] }
  | { readonly options: null; readonly problems: readonly OptionProblem[] };

/** A component and where it came from. */
export interface RegisteredComponent<S extends SlotName = SlotName> {
  readonly definition: ComponentDefinition<S>;
  /** Name of the plugin that added it. */
  readonly plugin: string;
  /** Names of the plugins whose component of this id it replaced, the oldest first. */
  readonly replaced: readonly string[];
}

/** A plugin in a run's record: by it the run finds the plugin again, and tells another version from the one it was made with. */
export interface PluginManifest {
  readonly name: string;
  readonly version: string | null;
  /** Whether it came with the toolkit. */
  readonly builtIn: boolean;
  /** What the config calls it; null for one that a program handed over. */
  readonly as: string | null;
  /** Its entry, and a hash of it. */
  readonly file: string | null;
  readonly hash: string | null;
}

/** Which plugins and components there are, for a run's record. */
export interface ComponentManifest {
  /** Version of the toolkit. */
  readonly toolkit: string;
  readonly plugins: readonly PluginManifest[];
  /** Components that are not what the built-in packages registered, by slot and id. */
  readonly replaced: readonly { readonly component: string; readonly by: string; readonly instead: string }[];
}

/** What is registered, as the parts of a run see it: they choose from it and add nothing. */
export interface Components {
  /** Plugins in the order in which they registered, built-in ones first. */
  readonly plugins: readonly Plugin[];
  readonly manifest: ComponentManifest;
  /** Every recipe that a config can start from, in the order in which they were added. */
  readonly presets: readonly RegisteredPreset[];
  /** The clock of whatever works with these components. */
  readonly clock: Clock;
  /** Every component, or those of a slot, in the order in which they were added. */
  list<S extends SlotName>(slot?: S): readonly RegisteredComponent<S>[];
  /** Ids of a slot's components. */
  ids(slot: SlotName): readonly string[];
  /**
   * @param path - what names the component, for messages; the slot unless a config's key does
   * @throws UNKNOWN_COMPONENT listing the known ids and the nearest
   */
  find<S extends SlotName>(slot: S, id: string, path?: string): RegisteredComponent<S>;
  /**
   * Checks a choice against the component's schema.
   * @returns every option, defaults filled in, or all that is wrong
   * @throws UNKNOWN_COMPONENT
   */
  check(slot: SlotName, choice: ComponentChoice, path?: string): CheckedChoice;
  /** Makes the component that a choice names. @throws UNKNOWN_COMPONENT, BAD_OPTION */
  resolve<S extends SlotName>(slot: S, choice: ComponentChoice, path?: string): Slots[S];
  /** How every part of a session is made, unless a plugin makes it in another way. */
  readonly sessionParts: readonly PartDefinition[];
  /** A scope of parts, some of which plugins may have replaced or wrapped. */
  openScope(definitions: readonly PartDefinition[]): PartScope;
}
