import { GanymedeError, type PresetDefinition, type RegisteredPreset } from '@ganymede/core';
import { expectPlainDocument, show } from '@ganymede/config';
import { duplicatePreset } from './errors.js';

/** The presets of one container, built-in ones first. */
export class PresetRegistry {
  private readonly registered = new Map<string, RegisteredPreset>();

  get list(): readonly RegisteredPreset[] {
    return [...this.registered.values()];
  }

  /** @throws DUPLICATE_PRESET, BAD_PRESET, BAD_CONFIG for values that are no data */
  add(id: string, preset: PresetDefinition, plugin: string): void {
    checkPreset(id, preset, plugin);
    const holder = this.registered.get(id);
    if (holder) throw duplicatePreset(id, holder.plugin, plugin);
    const { summary, cites, config } = preset;
    this.registered.set(id, { id, summary, ...(cites && { cites }), config, plugin });
  }
}

/** Options of the config are checked where it is used: their components may come with other plugins. */
function checkPreset(id: unknown, preset: unknown, plugin: string): void {
  const refuse = (where: string, expected: string, got: unknown): never => {
    throw new GanymedeError('BAD_PRESET', `${where}: expected ${expected}, got ${show(got)}`, {
      kind: 'failed',
    });
  };
  const name = `plugin ${plugin}`;
  if (typeof id !== 'string' || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id))
    refuse(name, 'a kebab-case id for a preset', id);
  const where = `${name}: preset ${String(id)}`;
  const { summary, config } = (preset ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof summary !== 'string' || summary.trim() === '') refuse(where, 'a summary', summary);
  if (typeof config !== 'object' || config === null || Array.isArray(config))
    refuse(where, 'a config with the keys in which it differs from the defaults', config);
  expectPlainDocument(config, where);
  const { preset: base, plugins } = config as Readonly<Record<string, unknown>>;
  if (base !== undefined && typeof base !== 'string')
    refuse(where, 'the id of a preset that it starts from', base);
  if (plugins !== undefined)
    refuse(where, 'no plugins in its config, since whoever takes it names them', plugins);
}
