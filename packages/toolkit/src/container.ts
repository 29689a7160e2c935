// tsyringe refuses to load without the polyfill; nothing here reads or writes metadata.
import 'reflect-metadata';
import {
  checkComponent,
  isGanymedeError,
  pluginApiVersion,
  type CheckedChoice,
  type Clock,
  type ComponentChoice,
  type ComponentContext,
  type ComponentDefinition,
  type ComponentManifest,
  type ComponentRequest,
  type Components,
  type PartDefinition,
  type PartScope,
  type PartToken,
  type Parts,
  type PartWrapper,
  type Plugin,
  type PluginContainer,
  type PresetDefinition,
  type RegisteredComponent,
  type RegisteredPreset,
  type SlotName,
  type Slots,
  type WeightSource,
} from '@ganymede/core';
import { join } from 'node:path';
import { container as root, type DependencyContainer } from 'tsyringe';
import { builtinPlugins, builtinSessionParts } from './builtins.js';
import { optionProblems, badOptions } from '@ganymede/config';
import {
  duplicateComponent,
  nothingToReplace,
  pluginFailed,
  pluginVersionMismatch,
  unknownComponent,
  unknownPart,
} from './errors.js';
import { describeParts, type PartDescription } from './parts/describe-parts.js';
import { Scope, type PartChange } from './parts/scope.js';
import { PresetRegistry } from './preset-registry.js';
import { weightsCache, runParts } from '@ganymede/runs';
import { FileWeights } from './file-weights.js';
import { contain, runContained, type Contained } from './plugins/contain.js';
import { placeIn } from './plugins/error-place.js';
import { loadPlugins } from './plugins/load-plugins.js';
import { originOfPlugin } from './plugins/plugin-origin.js';
import { readPackageManifest } from './plugins/package-manifest.js';
import { pluginRecords } from './plugins/run-record.js';
import { untilSettled } from './plugins/until-settled.js';
import { machineClock } from './clock.js';

export interface ContainerOptions extends ComponentRequest {
  /** What registers first; the first-party packages unless a program wants to start from nothing. */
  readonly builtins?: readonly Plugin[];
  /** Parts of a run, which plugins may replace or wrap; the toolkit's own unless a program has others. */
  readonly parts?: readonly PartToken<unknown>[];
  /** How the parts of a session are made; as the packages of the toolkit make them unless a program has others. */
  readonly sessionParts?: readonly PartDefinition[];
  /** The machine's unless a program has another. */
  readonly clock?: Clock;
  /** Where weights of feature extractors come from; files in the cache unless a program has others. */
  readonly weights?: WeightSource;
}

/** Of this package, which all of ours share. */
function toolkitVersion(): string {
  return readPackageManifest(join(__dirname, '..')).version!;
}

const tokenOf = (slot: SlotName, id: string): string => `${slot}/${id}`;

/**
 * The components of one run. Each lies in a tsyringe child container under a token of its own, as a factory;
 * tsyringe itself would take the last of two registrations without a word, so whether a token is free is checked here.
 */
export class ComponentContainer implements Components {
  private readonly registered = new Map<string, RegisteredComponent>();
  private readonly loaded: Plugin[] = [];
  /** Those that came with the toolkit: what they throw is ours to mend, and stays as it is. */
  private readonly builtIn = new Set<Plugin>();
  private readonly partChanges: PartChange[] = [];
  private readonly presetRegistry = new PresetRegistry();

  constructor(
    private readonly container: DependencyContainer,
    private readonly context: ComponentContext,
    /** Parts that a run is made of. */
    readonly parts: readonly PartToken<unknown>[],
    readonly sessionParts: readonly PartDefinition[],
    readonly clock: Clock,
  ) {}

  get plugins(): readonly Plugin[] {
    return this.loaded;
  }

  /** The parts of a run, and which plugins replace or wrap them. */
  get partDescriptions(): readonly PartDescription[] {
    return describeParts(this.parts, this.partChanges);
  }

  get presets(): readonly RegisteredPreset[] {
    return this.presetRegistry.list;
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
    if (!this.registered.has(token))
      throw unknownComponent(path, slot, id, this.ids(slot), this.absentPlugins());
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
    const { definition, plugin: name } = this.find(slot, choice.use, path);
    const plugin = this.loaded.find((one) => one.name === name)!;
    if (this.builtIn.has(plugin)) return definition.create(options, this.context);
    const component: Contained = { name: `${slot} ${choice.use}`, slot, plugin };
    return contain(
      component,
      runContained(component, 'create', () => definition.create(options, this.context)),
    );
  }

  openScope(definitions: readonly PartDefinition[]): PartScope {
    return new Scope(this.container.createChildContainer(), definitions, this.partChanges);
  }

  /** Plugins that the run was made with and that nobody can find: they came as objects, and did not come again. */
  private absentPlugins(): readonly string[] {
    return pluginRecords(this.context.runFolder)
      .filter(({ builtIn, file }) => builtIn === false && file === null)
      .map(({ name }) => name)
      .filter((name) => !this.loaded.some((plugin) => plugin.name === name));
  }

  get manifest(): ComponentManifest {
    return {
      toolkit: toolkitVersion(),
      plugins: this.loaded.map((plugin) => {
        const { as = null, file = null, hash = null, version = null } = originOfPlugin(plugin) ?? {};
        const builtIn = this.builtIn.has(plugin);
        return { name: plugin.name, version: plugin.version ?? version, builtIn, as, file, hash };
      }),
      replaced: this.list().flatMap(({ definition, plugin, replaced }) =>
        replaced.length === 0
          ? []
          : [{ component: tokenOf(definition.slot, definition.id), by: plugin, instead: replaced.at(-1)! }],
      ),
    };
  }

  /**
   * Lets a plugin register, and waits until it has. The same plugin object twice is once.
   * @param builtIn - whether it comes with the toolkit
   * @throws PLUGIN_API_VERSION, PLUGIN_FAILED, DUPLICATE_COMPONENT, and as `checkComponent`
   */
  async load(plugin: Plugin, builtIn = false): Promise<void> {
    if (this.loaded.includes(plugin)) return;
    if (plugin.apiVersion !== pluginApiVersion) throw pluginVersionMismatch(plugin);
    if (builtIn) this.builtIn.add(plugin);
    try {
      const registered = plugin.register(this.portOf(plugin));
      if (registered !== undefined)
        await untilSettled(registered, () => new Error('its promise never settles'));
    } catch (cause) {
      if (builtIn || isGanymedeError(cause)) throw cause;
      const place = placeIn(cause, originOfPlugin(plugin)?.file ?? null);
      throw pluginFailed(plugin.name, 'register failed', cause, place);
    }
    this.loaded.push(plugin);
  }

  private portOf(plugin: Plugin): PluginContainer {
    const partOf = ({ name }: PartToken<unknown>): Contained => {
      this.expectPart(name, plugin.name);
      return { name: `part ${name}`, slot: null, plugin };
    };
    return {
      add: (definition: ComponentDefinition) => this.add(definition, plugin.name),
      replace: (definition: ComponentDefinition) => this.replace(definition, plugin.name),
      replacePart: <T>(definition: PartDefinition<T>) => {
        const part = partOf(definition.token);
        const contained = {
          ...definition,
          create: (parts: Parts) => runContained(part, 'create', () => definition.create(parts)),
        };
        this.partChanges.push({
          kind: 'replace',
          plugin: plugin.name,
          definition: contained as PartDefinition,
        });
      },
      wrapPart: <T>(token: PartToken<T>, wrap: PartWrapper<T>) => {
        const part = partOf(token);
        const contained: PartWrapper<T> = (made, parts) =>
          runContained(part, 'wrap', () => wrap(made, parts));
        this.partChanges.push({
          kind: 'wrap',
          plugin: plugin.name,
          token,
          wrap: contained as PartWrapper<unknown>,
        });
      },
      addPreset: (id: string, preset: PresetDefinition) => this.presetRegistry.add(id, preset, plugin.name),
    };
  }

  private add(definition: ComponentDefinition, plugin: string): void {
    checkComponent(definition, `plugin ${plugin}`);
    const { slot, id } = definition;
    const holder = this.registered.get(tokenOf(slot, id));
    if (holder) throw duplicateComponent(slot, id, holder.plugin, plugin);
    this.register({ definition, plugin, replaced: [] });
  }

  private replace(definition: ComponentDefinition, plugin: string): void {
    checkComponent(definition, `plugin ${plugin}`);
    const { slot, id } = definition;
    const holder = this.registered.get(tokenOf(slot, id));
    if (!holder) throw nothingToReplace(slot, id, plugin, this.ids(slot));
    this.register({ definition, plugin, replaced: [...holder.replaced, holder.plugin] });
  }

  private expectPart(name: string, plugin: string): void {
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
 * @throws PLUGIN_NOT_FOUND, PLUGIN_FAILED, BAD_PLUGIN, PLUGIN_API_VERSION, DUPLICATE_COMPONENT naming both plugins,
 * UNKNOWN_COMPONENT for a replace of nothing
 */
export async function createContainer({
  config = { plugins: [] },
  plugins = [],
  builtins = builtinPlugins,
  runFolder = null,
  parts = Object.values(runParts),
  sessionParts = builtinSessionParts,
  clock = machineClock,
  weights = new FileWeights(weightsCache(), clock),
}: ContainerOptions = {}): Promise<ComponentContainer> {
  const folders = [...(runFolder === null ? [] : [runFolder]), process.cwd()];
  const named = await loadPlugins(config.plugins, folders, { runFolder, given: plugins });
  const context = { runFolder, now: () => clock.now(), weights };
  const child = root.createChildContainer();
  const container = new ComponentContainer(child, context, parts, sessionParts, clock);
  for (const plugin of builtins) await container.load(plugin, true);
  for (const plugin of [...named, ...plugins]) await container.load(plugin);
  return container;
}
