import {
  isGanymedeError,
  type Plugin,
  type OptionProblem,
  type Components,
  type ComponentChoice,
  type PluginHost,
} from '@ganymede/core';
import { dirname, relative, resolve } from 'node:path';
import { badOptions, resolutionNotSaid } from './errors.js';
import { findPreset } from './presets/presets.js';
import { assign, type Assignment } from './assignment.js';
import { readDocument } from './document.js';
import { emptyConfig, mergeLayer, type MergedConfig } from './merge.js';
import { isMapping, type Mapping } from './mapping.js';
import { normalizeDocument, normalizeKey } from './normalize.js';
import { defaultOrigin, describeOrigin, originOf, type Origin } from './origin.js';
import { optionProblems } from './problems.js';
import { rules } from './rules.js';
import {
  componentKeys,
  runConfigSchema,
  type ComponentKey,
  type ConfigDocument,
  type ResolvedConfig,
} from './schema.js';

export interface ConfigSources {
  /** A recipe to start from; wins over the `preset` of the file, and one that is assigned over both. */
  readonly preset?: string;
  /** Path of a YAML or JSON file. */
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

export interface LoadedConfig {
  /** Complete and frozen. */
  readonly config: ResolvedConfig;
  /** Where each value came from, by dotted path; see `originOf`. */
  readonly origins: ReadonlyMap<string, Origin>;
  /** The container that the components were checked against. */
  readonly container: Components;
  /** What was loaded for it, to be handed to `train`. */
  readonly plugins: readonly Plugin[];
}

/**
 * Puts a config together: component defaults < preset < file < document < assignments.
 * @throws CONFIG_NOT_FOUND, BAD_CONFIG, UNKNOWN_PRESET, UNKNOWN_COMPONENT, BAD_OPTION, and whatever a plugin causes
 */
export async function resolveConfig(host: PluginHost, sources: ConfigSources = {}): Promise<LoadedConfig> {
  const folder = resolve(sources.folder ?? '.');
  const merged = await mergeSources(sources, folder);
  const { file, documentFolder } = sources;
  const fileFolder = [
    ...(file === undefined ? [] : [dirname(resolve(folder, file))]),
    ...(documentFolder === undefined ? [] : [resolve(documentFolder)]),
  ];
  const named = pluginNames(merged.document);
  const folders = [...fileFolder, folder];
  const given = sources.plugins ?? [];
  // A complete document is a run's, which lies beside it; it names its plugins so that they last.
  const runFolder = sources.complete === true ? (documentFolder ?? null) : null;
  const loaded = await host.load(named, folders, { runFolder, given });
  const plugins = [...new Set([...loaded, ...given])];
  const container = await host.open({ plugins, runFolder });
  const config = check(merged, container);
  config.plugins = runFolder === null ? named.map((name) => lastingName(host, name, folders)) : [...named];
  return { config: deepFreeze(config), origins: merged.origins, container, plugins };
}

async function mergeSources(sources: ConfigSources, folder: string): Promise<MergedConfig> {
  const merged = emptyConfig();
  mergeLayer(merged, runConfigSchema.parse({}) as Mapping, defaultOrigin);

  const path = sources.file === undefined ? null : resolve(folder, sources.file);
  const shownPath = path === null ? '' : relative(folder, path) || path;
  const file = path === null ? {} : normalizeDocument(await readDocument(path), shownPath, dirname(path));
  const document = normalizeDocument(sources.document, 'config', resolve(sources.documentFolder ?? folder));

  const layers = [sources.assignments ?? [], ...(sources.layers ?? [])];
  const assigned = layers.flat().findLast(({ path }) => path.length === 1 && path[0] === 'preset');
  const preset = assigned
    ? presetOf({ preset: assigned.value })
    : (sources.preset ?? presetOf(document) ?? presetOf(file));
  if (preset !== undefined && sources.complete !== true) {
    const { id, config } = findPreset(preset);
    mergeLayer(merged, normalizeDocument(config, `preset ${id}`, folder), { kind: 'preset', id });
  }
  mergeLayer(merged, file, { kind: 'file', path: shownPath });
  mergeLayer(merged, document, { kind: 'flag', flag: 'config' });
  for (const layer of layers) assign(merged, layer, folder);
  const extra = normalizeKey('plugins', sources.pluginNames ?? [], folder) as readonly string[];
  if (extra.length > 0) merged.document['plugins'] = [...pluginNames(merged.document), ...extra];
  if (preset !== undefined) merged.document['preset'] = preset;
  return merged;
}

/** A preset that is no text is left for the schema to refuse. */
function presetOf({ preset }: Mapping): string | undefined {
  return typeof preset === 'string' ? preset : undefined;
}

function pluginNames({ plugins }: Mapping): readonly string[] {
  return Array.isArray(plugins) ? plugins.filter((name): name is string => typeof name === 'string') : [];
}

/** A run finds its plugins from its own folder; what only the config's folder leads to is written as a path. */
function lastingName(host: PluginHost, name: string, folders: readonly string[]): string {
  const file = host.find(name, folders);
  try {
    return host.find(name, [process.cwd()]) === file ? name : file;
  } catch (error) {
    if (isGanymedeError(error)) return file;
    throw error;
  }
}

/** schema, then each component's options, then the rules; everything that is wrong is told at once. */
function check({ document, origins }: MergedConfig, container: Components): ResolvedConfig {
  const parsed = runConfigSchema.safeParse(document);
  if (!parsed.success)
    throw badOptions(optionProblems(runConfigSchema, parsed.error, document, '').map(withOrigin(origins)));
  const config = parsed.data;
  const problems: OptionProblem[] = [];
  const complete = (choice: ComponentChoice, key: ComponentKey, path: string): ComponentChoice => {
    const checked = checkChoice(container, key, choice, path);
    problems.push(...checked.problems);
    return checked.choice;
  };
  for (const key of Object.keys(componentKeys) as ComponentKey[]) {
    const value = config[key];
    if (Array.isArray(value)) {
      Object.assign(config, {
        [key]: value.map((choice, i) => complete(choice as ComponentChoice, key, `${key}.${i}`)),
      });
    } else if (value !== null) {
      Object.assign(config, { [key]: complete(value as ComponentChoice, key, key) });
    }
  }
  problems.push(...rules.flatMap((rule) => rule(config)));
  if (problems.length === 0 && originOf(origins, 'resolution').kind === 'default')
    problems.push(...sizeIsSaid(config, container));
  if (problems.length > 0) throw badOptions(problems.map(withOrigin(origins)));
  return config;
}

/** Images that have a size of their own are never resized to one that nobody has named; drawn ones come in any. */
function sizeIsSaid({ data }: ResolvedConfig, container: Components): readonly OptionProblem[] {
  return container.resolve('dataset', data).sizes === undefined ? [] : [resolutionNotSaid()];
}

function checkChoice(
  container: Components,
  key: ComponentKey,
  choice: ComponentChoice,
  path: string,
): { readonly choice: ComponentChoice; readonly problems: readonly OptionProblem[] } {
  const { slot } = componentKeys[key];
  const { use, ...given } = choice;
  // `auto` is no component but a choice between two; its options are the faster one's.
  const component = slot === 'backend' && use === 'auto' ? 'tensorflow' : use;
  const { options, problems } = container.check(slot, { use: component, ...given }, path);
  return {
    choice: component === use && options !== null ? { use, ...options } : choice,
    problems: problems.map((problem) =>
      problem.path === 'data.path' && choice['path'] === undefined
        ? { ...problem, hint: 'Name your images: --data <folder, tar, CIFAR or IDX files>.' }
        : problem,
    ),
  };
}

/** A wrong value that a user did not type on this command line says where it stands. */
function withOrigin(origins: ReadonlyMap<string, Origin>): (problem: OptionProblem) => OptionProblem {
  return (problem) => {
    const origin = originOf(origins, problem.path);
    return origin.kind === 'default'
      ? problem
      : { ...problem, got: `${problem.got} (${describeOrigin(origin)})` };
  };
}

function deepFreeze<T>(value: T): T {
  if (isMapping(value) || Array.isArray(value)) Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}
