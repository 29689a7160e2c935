/** A recipe that a config may start from: the keys in which it differs from the defaults. */
export interface PresetDefinition {
  /** One sentence. */
  readonly summary: string;
  /** Where the numbers come from, e.g. `arXiv:1809.11096`. */
  readonly cites?: readonly string[];
  /**
   * As in a config file; a relative path starts from the current folder. Its own `preset` is the recipe that it is laid
   * over. It names no `plugins`: whoever takes the preset names the plugin that has it.
   */
  readonly config: Readonly<Record<string, unknown>>;
}

/** A preset and where it came from. */
export interface RegisteredPreset extends PresetDefinition {
  /** What a config and `--preset` call it. */
  readonly id: string;
  /** Name of the plugin that added it. */
  readonly plugin: string;
}
