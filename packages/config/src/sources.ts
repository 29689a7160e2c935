import type { Plugin, PluginHost, RegisteredPreset } from '@ganymede/core';
import { dirname, relative, resolve } from 'node:path';
import { assign, type Assignment } from './assignment.js';
import { isProgram, readBytes, readDocument } from './document.js';
import { presetCycle } from './errors.js';
import { type Mapping } from './mapping.js';
import { emptyConfig, mergeLayer, type MergedConfig } from './merge.js';
import { normalizeDocument, normalizeKey } from './normalize.js';
import { defaultOrigin } from './origin.js';
import { findPreset } from './presets/presets.js';
import { runConfigSchema, type ConfigDocument } from './schema.js';

export interface ConfigSources {
  /** A recipe to start from; wins over the `preset` of the file, and one that is assigned over both. */
  readonly preset?: string;
  /** Path of a YAML or JSON file, or of a program in TypeScript or JavaScript that exports a config. */
  readonly file?: string;
  /** A config in memory, above the file. */
  readonly document?: ConfigDocument;
  /** The document is a resolved config: its preset is in it already. */
  readonly complete?: boolean;
  /** What flags set, above all. */
  readonly assignments?: readonly Assignment[];
  /** Above these, group by group: one of a later group wins over all before it. */
  readonly layers?: readonly (readonly Assignment[])[];
  /** Packages or paths, besides those that the layers above name. */
  readonly pluginNames?: readonly string[];
  /** Loaded plugins, besides all of these. */
  readonly plugins?: readonly Plugin[];
  /** What relative paths of a document start from; `folder` where it is absent. */
  readonly documentFolder?: string;
  /** What relative paths start from, but those in a file, which start from its folder. */
  readonly folder?: string;
}

/** The sources of a config, read and in their full form; nothing is merged yet, and no value is checked. */
export interface ReadSources {
  /** The preset that the config starts from. */
  readonly preset: string | undefined;
  /** Whether the preset is in the document already. */
  readonly complete: boolean;
  readonly file: Mapping;
  /** The file's path as messages show it. */
  readonly shownPath: string;
  readonly document: Mapping;
  /** Groups of assignments, the lowest first. */
  readonly layers: readonly (readonly Assignment[])[];
  /** Names of plugins besides those of the layers, paths absolute. */
  readonly extraPlugins: readonly string[];
  /** What relative paths of assignments and presets start from. */
  readonly folder: string;
}

/** @throws CONFIG_NOT_FOUND, CANNOT_READ, BAD_CONFIG, CONFIG_FAILED */
export async function readSources(
  host: PluginHost,
  sources: ConfigSources,
  folder: string,
): Promise<ReadSources> {
  const path = sources.file === undefined ? null : resolve(folder, sources.file);
  const shownPath = path === null ? '' : relative(folder, path) || path;
  const file = path === null ? {} : normalizeDocument(await readFile(host, path), shownPath, dirname(path));
  const document = normalizeDocument(sources.document, 'config', resolve(sources.documentFolder ?? folder));
  const layers = [sources.assignments ?? [], ...(sources.layers ?? [])];
  const assigned = layers.flat().findLast(({ path: keys }) => keys.length === 1 && keys[0] === 'preset');
  const preset = assigned
    ? presetOf({ preset: assigned.value })
    : (sources.preset ?? presetOf(document) ?? presetOf(file));
  const extraPlugins = normalizeKey('plugins', sources.pluginNames ?? [], folder) as readonly string[];
  return {
    preset,
    complete: sources.complete === true,
    file,
    shownPath,
    document,
    layers,
    extraPlugins,
    folder,
  };
}

/** A config file is data, or a program whose default export is. */
async function readFile(host: PluginHost, path: string): Promise<unknown> {
  if (!isProgram(path)) return readDocument(path);
  // Whether it is there is told in one way for all kinds.
  await readBytes(path);
  return host.importConfig(path);
}

/** The folders that plugins named by a file or a document are looked for in. */
export function fileFolders({ file, documentFolder }: ConfigSources, folder: string): readonly string[] {
  return [
    ...(file === undefined ? [] : [dirname(resolve(folder, file))]),
    ...(documentFolder === undefined ? [] : [resolve(documentFolder)]),
  ];
}

/** What the sources name under `plugins`, in order. No preset has that key, so that they are known before presets are. */
export function pluginNames(read: ReadSources): readonly string[] {
  const only = ({ plugins }: Mapping): Mapping => (plugins === undefined ? {} : { plugins });
  const merged = emptyConfig();
  mergeLayer(merged, only(read.file), defaultOrigin);
  mergeLayer(merged, only(read.document), defaultOrigin);
  for (const layer of read.layers)
    assign(
      merged,
      layer.filter(({ path }) => path[0] === 'plugins'),
      read.folder,
    );
  return [...textsOf(merged.document['plugins']), ...read.extraPlugins];
}

/**
 * Lays the sources over each other: component defaults < preset < file < document < assignments.
 * @param presets - those that there are
 * @throws UNKNOWN_PRESET, BAD_PRESET for presets in a circle, BAD_OPTION for an item that a list does not have
 */
export function mergeSources(read: ReadSources, presets: readonly RegisteredPreset[]): MergedConfig {
  const { preset, complete, file, shownPath, document, layers, folder } = read;
  const merged = emptyConfig();
  mergeLayer(merged, runConfigSchema.parse({}) as Mapping, defaultOrigin);
  if (preset !== undefined && !complete) mergePreset(merged, preset, presets, folder);
  mergeLayer(merged, file, { kind: 'file', path: shownPath });
  mergeLayer(merged, document, { kind: 'flag', flag: 'config' });
  for (const layer of layers) assign(merged, layer, folder);
  if (preset !== undefined) merged.document['preset'] = preset;
  return merged;
}

/** Lays a preset over the one that it starts from, and that one first. */
function mergePreset(
  merged: MergedConfig,
  id: string,
  presets: readonly RegisteredPreset[],
  folder: string,
  above: readonly string[] = [],
): void {
  if (above.includes(id)) throw presetCycle([...above.slice(above.indexOf(id)), id]);
  const { preset: base, ...config } = findPreset(id, presets).config;
  if (typeof base === 'string') mergePreset(merged, base, presets, folder, [...above, id]);
  mergeLayer(merged, normalizeDocument(config, `preset ${id}`, folder), { kind: 'preset', id });
}

/** A preset that is no text is left for the schema to refuse. */
function presetOf({ preset }: Mapping): string | undefined {
  return typeof preset === 'string' ? preset : undefined;
}

function textsOf(names: unknown): readonly string[] {
  return Array.isArray(names) ? names.filter((name): name is string => typeof name === 'string') : [];
}
