// tsyringe refuses to load without the polyfill; nothing here reads or writes metadata.
import 'reflect-metadata';
import {
  pluginApiVersion,
  type CheckedChoice,
  type ComponentChoice,
  type ComponentContext,
  type ComponentDefinition,
  type ComponentManifest,
  type ComponentRequest,
  type Components,
  type PartDefinition,
  type PartScope,
  type PartToken,
  type PartWrapper,
  type Plugin,
  type PluginContainer,
  type RegisteredComponent,
  type SlotName,
  type Slots,
  type WeightSource,
} from '@ganymede/core';
import { container as root, type DependencyContainer } from 'tsyringe';
import { builtinPlugins, builtinSessionParts } from './builtins.js';
import { optionProblems, badOptions } from '@ganymede/config';
import {
  duplicateComponent,
  nothingToReplace,
  pluginVersionMismatch,
  unknownComponent,
  unknownPart,
} from './errors.js';
import { Scope, type PartChange } from './parts/scope.js';
import { weightsCache, runParts } from '@ganymede/runs';
import { FileWeights } from './weights/file-weights.js';
import { loadPlugins } from './plugins/load-plugins.js';
import { timeOfDay } from './clock.js';

export interface ContainerOptions extends ComponentRequest {
  /** What registers first; the first-party packages unless a program wants to start from nothing. */
  readonly builtins?: readonly Plugin[];
  /** Parts of a run, which plugins may replace or wrap; the toolkit's own unless a program has others. */
  readonly parts?: readonly PartToken<unknown>[];
  /** How the parts of a session are made; as the packages of the toolkit make them unless a program has others. */
  readonly sessionParts?: readonly PartDefinition[];
  /** Where weights of feature extractors come from; files in the cache unless a program has others. */
  readonly weights?: WeightSource;
}

const tokenOf = (slot: SlotName, id: string): string => `${slot}/${id}`;

/**
 * The components of one run. Each lies in a tsyringe child container under a token of its own, as a factory;
 * tsyringe itself would take the last of two registrations without a word, so whether a token is free is checked here.
 */
export class ComponentContainer implements Components {
  private readonly registered = new Map<string, RegisteredComponent>();
  private readonly loaded: Plugin[] = [];
  private readonly partChanges: PartChange[] = [];

  constructor(
    private readonly container: DependencyContainer,
    private readonly context: ComponentContext,
    /** Parts that a run is made of. */
    readonly parts: readonly PartToken<unknown>[],
    readonly sessionParts: readonly PartDefinition[] = [],
  ) {}

  get plugins(): readonly Plugin[] {
    return this.loaded;
  }

  list<S extends SlotName>(slot?: S): readonly RegisteredComponent<S>[] {
    const all = [...this.registered.values()] as unknown as RegisteredComponent<S>[];
    return slot === undefined ? all : all.filter(({ definition }) => definition.slot === slot);
  }

  ids(slot: SlotName): readonly string[] {
    return this.list(slot).map(({ definition }) => definition.id);
  }

  find<S extends SlotName>(slot: S, id: string, path: string = slot): RegisteredComponent<S> {
    const token = tokenOf(slot, id);
    if (!this.registered.has(token)) throw unknownComponent(path, slot, id, this.ids(slot));
    return this.container.resolve<RegisteredComponent<S>>(token);
  }

  check(slot: SlotName, choice: ComponentChoice, path: string = slot): CheckedChoice {
    const { use, ...given } = choice;
    const { options } = this.find(slot, use, path).definition;
    const parsed = options.safeParse(given);
    return parsed.success
      ? { options: parsed.data as Record<string, unknown>, problems: [] }
      : { options: null, problems: optionProblems(options, parsed.error, given, path) };
  }

  resolve<S extends SlotName>(slot: S, choice: ComponentChoice, path: string = slot): Slots[S] {
    const { options, problems } = this.check(slot, choice, path);
    if (options === null) throw badOptions(problems);
    return this.find(slot, choice.use, path).definition.create(options, this.context);
  }

  openScope(definitions: readonly PartDefinition[]): PartScope {
    return new Scope(this.container.createChildContainer(), definitions, this.partChanges);
  }

  get manifest(): ComponentManifest {
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
      replacePart: (definition) => {
        this.expectPart(definition.token, plugin.name);
        this.partChanges.push({ kind: 'replace', plugin: plugin.name, definition });
      },
      wrapPart: <T>(token: PartToken<T>, wrap: PartWrapper<T>) => {
        this.expectPart(token, plugin.name);
        this.partChanges.push({
          kind: 'wrap',
          plugin: plugin.name,
          token,
          wrap: wrap as PartWrapper<unknown>,
        });
      },
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

  private expectPart({ name }: PartToken<unknown>, plugin: string): void {
    const known = this.parts.map((part) => part.name);
    if (!known.includes(name)) throw unknownPart(name, `plugin ${plugin}`, known);
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
  parts = Object.values(runParts),
  sessionParts = builtinSessionParts,
  weights = new FileWeights(weightsCache()),
}: ContainerOptions = {}): Promise<ComponentContainer> {
  const named = await loadPlugins(config.plugins, [
    ...(runFolder === null ? [] : [runFolder]),
    process.cwd(),
  ]);
  const context = { runFolder, now: timeOfDay, weights };
  const container = new ComponentContainer(root.createChildContainer(), context, parts, sessionParts);
  for (const plugin of [...builtins, ...named, ...plugins]) container.load(plugin);
  return container;
}
