// tsyringe refuses to load without the polyfill; nothing here reads or writes metadata.
import 'reflect-metadata';
import {
  pluginApiVersion,
  type ComponentContext,
  type ComponentDefinition,
  type Plugin,
  type PluginContainer,
  type SlotName,
  type Slots,
  type WeightSource,
} from '@ganymede/core';
import { container as root, type DependencyContainer } from 'tsyringe';
import { builtinPlugins } from './builtins.js';
import { optionProblems } from './config/problems.js';
import type { ComponentChoice, ResolvedConfig } from './config/schema.js';
import {
  badOptions,
  duplicateComponent,
  nothingToReplace,
  pluginVersionMismatch,
  unknownComponent,
  type OptionProblem,
} from './errors.js';
import { weightsCache } from './run/cache.js';
import { FileWeights } from './weights/file-weights.js';
import { loadPlugins } from './plugins/load-plugins.js';
import { timeOfDay } from './run/clock.js';

/** A component and where it came from. */
export interface RegisteredComponent<S extends SlotName = SlotName> {
  readonly definition: ComponentDefinition<S>;
  /** Name of the plugin that added it. */
  readonly plugin: string;
  /** Names of the plugins whose component of this id it replaced, the oldest first. */
  readonly replaced: readonly string[];
}

export interface ContainerOptions {
  /** Its plugins are loaded, found from `runFolder` and the current folder. */
  readonly config?: Pick<ResolvedConfig, 'plugins'>;
  /** Register after those of the config, in this order. */
  readonly plugins?: readonly Plugin[];
  /** What registers first; the first-party packages unless a program wants to start from nothing. */
  readonly builtins?: readonly Plugin[];
  /** Handed to components; null where there is none. */
  readonly runFolder?: string | null;
  /** Where weights of feature extractors come from; files in the cache unless a program has others. */
  readonly weights?: WeightSource;
}

/** Which plugins and components a container holds, for a run's record. */
export interface ContainerManifest {
  readonly plugins: readonly { readonly name: string; readonly version: string | null }[];
  /** Components that are not what the built-in packages registered, by slot and id. */
  readonly replaced: readonly { readonly component: string; readonly by: string; readonly instead: string }[];
}

/** Either the options or what is wrong with them. */
export type CheckedChoice =
  | { readonly options: Record<string, unknown>; readonly problems: readonly [] }
  | { readonly options: null; readonly problems: readonly OptionProblem[] };

const tokenOf = (slot: SlotName, id: string): string => `${slot}/${id}`;

/**
 * The components of one run. Each lies in a tsyringe child container under a token of its own, as a factory;
 * tsyringe itself would take the last of two registrations without a word, so whether a token is free is checked here.
 */
export class ComponentContainer {
  private readonly registered = new Map<string, RegisteredComponent>();
  private readonly loaded: Plugin[] = [];

  constructor(
    private readonly container: DependencyContainer,
    private readonly context: ComponentContext,
  ) {}

  /** Plugins in the order in which they registered, built-in ones first. */
  get plugins(): readonly Plugin[] {
    return this.loaded;
  }

  /** Every component, or those of a slot, in the order in which they were added. */
  list<S extends SlotName>(slot?: S): readonly RegisteredComponent<S>[] {
    const all = [...this.registered.values()] as unknown as RegisteredComponent<S>[];
    return slot === undefined ? all : all.filter(({ definition }) => definition.slot === slot);
  }

  /** Ids of a slot's components. */
  ids(slot: SlotName): readonly string[] {
    return this.list(slot).map(({ definition }) => definition.id);
  }

  /**
   * @param path - what names the component, for messages; the slot unless a config's key does
   * @throws UNKNOWN_COMPONENT listing the known ids and the nearest
   */
  find<S extends SlotName>(slot: S, id: string, path: string = slot): RegisteredComponent<S> {
    const token = tokenOf(slot, id);
    if (!this.registered.has(token)) throw unknownComponent(path, slot, id, this.ids(slot));
    return this.container.resolve<RegisteredComponent<S>>(token);
  }

  /**
   * Checks a choice against the component's schema.
   * @returns every option, defaults filled in, or all that is wrong
   * @throws UNKNOWN_COMPONENT
   */
  check(slot: SlotName, choice: ComponentChoice, path: string = slot): CheckedChoice {
    const { use, ...given } = choice;
    const { options } = this.find(slot, use, path).definition;
    const parsed = options.safeParse(given);
    return parsed.success
      ? { options: parsed.data as Record<string, unknown>, problems: [] }
      : { options: null, problems: optionProblems(options, parsed.error, given, path) };
  }

  /** Makes the component that a choice names. @throws UNKNOWN_COMPONENT, BAD_OPTION */
  resolve<S extends SlotName>(slot: S, choice: ComponentChoice, path: string = slot): Slots[S] {
    const { options, problems } = this.check(slot, choice, path);
    if (options === null) throw badOptions(problems);
    return this.find(slot, choice.use, path).definition.create(options, this.context);
  }

  /** What is registered, for a run's record. */
  get manifest(): ContainerManifest {
    return {
      plugins: this.loaded.map(({ name, version = null }) => ({ name, version })),
      replaced: this.list().flatMap(({ definition, plugin, replaced }) =>
        replaced.length === 0
          ? []
          : [{ component: tokenOf(definition.slot, definition.id), by: plugin, instead: replaced.at(-1)! }],
      ),
    };
  }

  /** Lets a plugin register. The same plugin object twice is once. @throws PLUGIN_API_VERSION, DUPLICATE_COMPONENT */
  load(plugin: Plugin): void {
    if (this.loaded.includes(plugin)) return;
    if (plugin.apiVersion !== pluginApiVersion) throw pluginVersionMismatch(plugin);
    const port: PluginContainer = {
      add: (definition: ComponentDefinition) => this.add(definition, plugin.name),
      replace: (definition: ComponentDefinition) => this.replace(definition, plugin.name),
    };
    plugin.register(port);
    this.loaded.push(plugin);
  }

  private add(definition: ComponentDefinition, plugin: string): void {
    const { slot, id } = definition;
    const holder = this.registered.get(tokenOf(slot, id));
    if (holder) throw duplicateComponent(slot, id, holder.plugin, plugin);
    this.register({ definition, plugin, replaced: [] });
  }

  private replace(definition: ComponentDefinition, plugin: string): void {
    const { slot, id } = definition;
    const holder = this.registered.get(tokenOf(slot, id));
    if (!holder) throw nothingToReplace(slot, id, plugin, this.ids(slot));
    this.register({ definition, plugin, replaced: [...holder.replaced, holder.plugin] });
  }

  private register(component: RegisteredComponent): void {
    const token = tokenOf(component.definition.slot, component.definition.id);
    this.registered.set(token, component);
    this.container.register(token, { useFactory: () => component });
  }
}

/**
 * The composition root: built-in components first, through the same door as third-party ones, then the plugins'.
 * @throws PLUGIN_NOT_FOUND, BAD_PLUGIN, PLUGIN_API_VERSION, DUPLICATE_COMPONENT naming both plugins,
 * UNKNOWN_COMPONENT for a replace of nothing
 */
export async function createContainer({
  config = { plugins: [] },
  plugins = [],
  builtins = builtinPlugins,
  runFolder = null,
  weights = new FileWeights(weightsCache()),
}: ContainerOptions = {}): Promise<ComponentContainer> {
  const named = await loadPlugins(config.plugins, [
    ...(runFolder === null ? [] : [runFolder]),
    process.cwd(),
  ]);
  const container = new ComponentContainer(root.createChildContainer(), {
    runFolder,
    now: timeOfDay,
    weights,
  });
  for (const plugin of [...builtins, ...named, ...plugins]) container.load(plugin);
  return container;
}
