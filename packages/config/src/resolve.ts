import {
  isGanymedeError,
  type Plugin,
  type OptionProblem,
  type Components,
  type ComponentChoice,
  type PluginHost,
} from '@ganymede/core';
import { resolve } from 'node:path';
import { badOptions, resolutionNotSaid } from './errors.js';
import type { MergedConfig } from './merge.js';
import { isMapping } from './mapping.js';
import { describeOrigin, originOf, type Origin } from './origin.js';
import { optionProblems } from './problems.js';
import { rules } from './rules.js';
import { componentKeys, runConfigSchema, type ComponentKey, type ResolvedConfig } from './schema.js';
import { fileFolders, mergeSources, pluginNames, readSources, type ConfigSources } from './sources.js';

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
  const read = await readSources(host, sources, folder);
  const named = pluginNames(read);
  const folders = [...fileFolders(sources, folder), folder];
  const given = sources.plugins ?? [];
  // A complete document is a run's, which lies beside it; it names its plugins so that they last.
  const runFolder = sources.complete === true ? (sources.documentFolder ?? null) : null;
  const loaded = await host.load(named, folders, { runFolder, given });
  const plugins = [...new Set([...loaded, ...given])];
  const container = await host.open({ plugins, runFolder });
  // A plugin may add the preset that the config starts from, so that it comes first.
  const merged = mergeSources(read, container.presets);
  const config = check(merged, container);
  config.plugins = runFolder === null ? named.map((name) => lastingName(host, name, folders)) : [...named];
  return { config: deepFreeze(config), origins: merged.origins, container, plugins };
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
