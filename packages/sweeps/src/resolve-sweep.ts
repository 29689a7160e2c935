import { isGanymedeError, type GanymedeError, type Plugin, type PluginHost } from '@ganymede/core';
import {
  type Assignment,
  configDifferences,
  isMapping,
  resolveConfig,
  type LoadedConfig,
  type ResolvedConfig,
} from '@ganymede/config';
import { badSweep, cellsFailed } from './errors.js';
import { expandCells, type CellPlan } from './cells.js';
import { imagesOf, stepsForImages } from './equal-images.js';
import type { SweepEvaluation, SweepSpec } from './sweep-schema.js';

/** One run of a sweep. */
export interface SweepRun {
  /** Names its folder: the cell's name as a file name, and the seed. */
  readonly id: string;
  readonly cell: string;
  readonly seed: number;
  readonly config: ResolvedConfig;
  readonly plugins: readonly Plugin[];
}

export interface SweepCell {
  readonly name: string;
  /** One a seed. */
  readonly runs: readonly SweepRun[];
}

/** A sweep whose every config has been checked. */
export interface ResolvedSweep {
  readonly name: string;
  readonly spec: SweepSpec;
  readonly equal: 'steps' | 'images';
  readonly evaluate: SweepEvaluation | null;
  readonly cells: readonly SweepCell[];
  /** In the order they are done: all cells with one seed, then with the next. */
  readonly runs: readonly SweepRun[];
  /** Keys of the config that some cell changes, in the order of their first change. */
  readonly keys: readonly string[];
  /** Loaded plugins that no config names. */
  readonly plugins: readonly Plugin[];
  /** What its configs were resolved with, and its runs are opened with. */
  readonly host: PluginHost;
}

export interface ResolveSweepOptions {
  /** What paths of plugins start from; the current folder by default. */
  readonly folder?: string;
  /** Loaded plugins, besides those that the sweep names. */
  readonly plugins?: readonly Plugin[];
}

/**
 * Resolves the config of every run of a sweep.
 * @throws BAD_SWEEP, and what `resolveConfig` throws, of the base or of all cells with one, naming them
 */
export async function resolveSweep(
  host: PluginHost,
  spec: SweepSpec,
  options: ResolveSweepOptions = {},
): Promise<ResolvedSweep> {
  const plans = expandCells(spec);
  const base = await resolveCell(host, spec, options, []);
  const seeds =
    typeof spec.seeds === 'number'
      ? Array.from({ length: spec.seeds }, (_, i) => base.config.seed + i)
      : spec.seeds;
  const seedTwice = seeds.find((seed, i) => seeds.indexOf(seed) < i);
  if (seedTwice !== undefined) throw badSweep('seeds', 'each seed once', `${seedTwice} twice`);
  const ids = cellIds(plans);
  const cells: SweepCell[] = [];
  const failures: { readonly cell: string; readonly error: GanymedeError }[] = [];
  for (const [i, plan] of plans.entries()) {
    const runs: SweepRun[] = [];
    try {
      for (const seed of seeds) {
        const { config, plugins } = await resolveRun(host, spec, options, plan, seed, base.config);
        runs.push({ id: `${ids[i]}-seed-${seed}`, cell: plan.name, seed, config, plugins });
      }
      expectMeasurable(plan.name, runs[0]!.config, spec);
      cells.push({ name: plan.name, runs });
    } catch (error) {
      if (!isGanymedeError(error)) throw error;
      failures.push({ cell: plan.name, error });
    }
  }
  if (failures.length > 0) throw cellsFailed(failures);
  expectDifferent(cells);
  return {
    name: spec.name ?? base.config.name ?? base.config.preset ?? 'sweep',
    spec,
    equal: spec.equal,
    evaluate: spec.evaluate,
    cells,
    runs: seeds.flatMap((_, i) => cells.map(({ runs }) => runs[i]!)),
    keys: changedKeys(plans),
    plugins: options.plugins ?? [],
    host,
  };
}

async function resolveRun(
  host: PluginHost,
  spec: SweepSpec,
  options: ResolveSweepOptions,
  { name, layers }: CellPlan,
  seed: number,
  base: ResolvedConfig,
): Promise<LoadedConfig> {
  const flag = `cell ${name}`;
  const ofSeed: Assignment[] = [{ path: ['seed'], value: seed, flag }];
  const loaded = await resolveCell(host, spec, options, [...layers, ofSeed]);
  if (spec.equal === 'steps') return loaded;
  if (layers.flat().some(({ path }) => path[0] === 'steps'))
    throw badSweep(flag, 'no steps, which follow from `equal: images`', String(loaded.config.steps));
  const value = stepsForImages(imagesOf(base), loaded.config);
  return resolveCell(host, spec, options, [...layers, [...ofSeed, { path: ['steps'], value, flag }]]);
}

function resolveCell(
  host: PluginHost,
  { base, set, plugins }: SweepSpec,
  { folder, plugins: loaded = [] }: ResolveSweepOptions,
  layers: readonly (readonly Assignment[])[],
): Promise<LoadedConfig> {
  const below = Object.entries(set).flatMap(([keys, value]) =>
    keys.split(',').map((key): Assignment => ({ path: key.trim().split('.'), value, flag: `set ${key}` })),
  );
  const own = (layer: readonly Assignment[]): readonly Assignment[] =>
    layer.map((one) => ({ ...one, value: structuredClone(one.value) }));
  return resolveConfig(host, {
    ...(typeof base === 'string' ? { file: base } : { document: base }),
    ...(folder !== undefined && { folder }),
    assignments: own(below),
    layers: layers.map(own),
    pluginNames: plugins,
    plugins: loaded,
  });
}

function expectMeasurable(cell: string, config: ResolvedConfig, { evaluate }: SweepSpec): void {
  if (evaluate?.checkpoint === 'best' && config.evaluate.every === 0)
    throw badSweep(
      `cell ${cell}`,
      'evaluate.every above 0 for the checkpoint `best`',
      '0',
      'Without evaluations in training there is no best checkpoint: take `latest`.',
    );
}

/** Two cells with one config would be one cell with twice the seeds, and a table that says otherwise. */
function expectDifferent(cells: readonly SweepCell[]): void {
  for (const [i, { name, runs }] of cells.entries()) {
    const same = cells
      .slice(0, i)
      .find((other) => configDifferences(other.runs[0]!.config, runs[0]!.config).length === 0);
    if (same) throw badSweep(`cell ${name}`, 'a config of its own', `that of ${same.name}`);
  }
}

function cellIds(plans: readonly CellPlan[]): readonly string[] {
  const taken = new Set<string>();
  return plans.map(({ name }) => {
    const plain =
      name
        .replaceAll(/[^\w.]+/g, '-')
        .replaceAll(/^[-.]+|[-.]+$/g, '')
        .slice(0, 100) || 'cell';
    let id = plain;
    for (let number = 2; taken.has(id.toLowerCase()); number++) id = `${plain}-${number}`;
    taken.add(id.toLowerCase());
    return id;
  });
}

function changedKeys(plans: readonly CellPlan[]): readonly string[] {
  const assigned = plans.flatMap(({ layers }) => layers.flat());
  return [...new Set(assigned.flatMap(({ path, value }) => leafKeys(path.join('.'), value)))];
}

/** A mapping that chooses no component sets the keys below it. */
function leafKeys(key: string, value: unknown): readonly string[] {
  if (!isMapping(value) || 'use' in value) return [key];
  return Object.entries(value).flatMap(([inner, own]) => leafKeys(`${key}.${inner}`, own));
}
