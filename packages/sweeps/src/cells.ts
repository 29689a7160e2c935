import { type Assignment, isMapping } from '@ganymede/config';
import { badSweep } from './errors.js';
import type { SweepSpec } from './sweep-schema.js';

/** One combination of changes; every seed of it is a run. */
export interface CellPlan {
  readonly name: string;
  /** What it assigns, group by group; a later group wins. */
  readonly layers: readonly (readonly Assignment[])[];
}

/**
 * The cells of a sweep, in the order of its table: the last axis of a grid changes fastest. Without a grid, cells or
 * rows there is one, the base itself.
 * @throws BAD_SWEEP
 */
export function expandCells({ grid, cells, rows }: SweepSpec): readonly CellPlan[] {
  const given = Object.entries({ grid, cells, rows }).flatMap(([key, value]) => (value ? [key] : []));
  if (given.length > 1) throw badSweep('sweep', 'one of grid, cells and rows', given.join(' and '));
  const plans = grid
    ? gridCells(grid)
    : rows
      ? addingUp(rows)
      : (cells ?? [{ name: 'base', set: {} }]).map(alone);
  for (const { layers } of plans) for (const one of layers.flat()) expectSweepable(one);
  const names = plans.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) throw badSweep('sweep', 'a name for each cell', `${twice} twice`);
  return plans;
}

type NamedSettings = NonNullable<SweepSpec['cells']>[number];

const alone = ({ name, set }: NamedSettings): CellPlan => ({ name, layers: [assignmentsOf(name, set)] });

function addingUp(rows: readonly NamedSettings[]): readonly CellPlan[] {
  return rows.map(({ name }, i) => ({
    name,
    layers: rows.slice(0, i + 1).map(({ set }) => assignmentsOf(name, set)),
  }));
}

function gridCells(grid: NonNullable<SweepSpec['grid']>): readonly CellPlan[] {
  const axes = Object.entries(grid).map(([key, values]) => ({ key, values, texts: distinctTexts(values) }));
  if (axes.length === 0) throw badSweep('grid', 'one axis or more', 'none');
  const titles = axisTitles(axes.map(({ key }) => key));
  let combinations: readonly (readonly number[])[] = [[]];
  for (const { values } of axes)
    combinations = combinations.flatMap((one) => values.map((_, i) => [...one, i]));
  return combinations.map((indices) => {
    const name = indices.map((index, axis) => `${titles[axis]}=${axes[axis]!.texts[index]}`).join(' ');
    const set = Object.fromEntries(
      indices.map((index, axis) => [axes[axis]!.key, axes[axis]!.values[index]]),
    );
    return { name, layers: [assignmentsOf(name, set)] };
  });
}

/** `generator.channels,discriminator.channels: 16` assigns to both. */
function assignmentsOf(cell: string, set: Readonly<Record<string, unknown>>): readonly Assignment[] {
  return Object.entries(set).flatMap(([keys, value]) =>
    keys.split(',').map((key): Assignment => {
      const path = key.trim().split('.');
      if (path.includes('')) throw badSweep(`cell ${cell}`, 'keys joined by single dots', key);
      return { path, value: structuredClone(value), flag: `cell ${cell}` };
    }),
  );
}

const reserved: ReadonlyMap<string, string> = new Map([
  ['name', 'Runs are named after their cell and seed.'],
  ['seed', 'The seeds of every cell are those of `seeds`.'],
  ['plugins', 'Name plugins with `plugins` of the sweep: every cell has them.'],
]);

function expectSweepable({ path, flag }: Assignment): void {
  const hint = reserved.get(path[0]!);
  if (hint !== undefined) throw badSweep(flag, 'a key that may differ between runs', path[0]!, hint);
}

/** The last part of each key, where that tells the axes apart. */
function axisTitles(keys: readonly string[]): readonly string[] {
  const short = keys.map((key) => key.split(',')[0]!.trim().split('.').at(-1)!);
  return short.map((title, i) => (short.indexOf(title) === short.lastIndexOf(title) ? title : keys[i]!));
}

/** Values in words, each its own: components by their ids where those differ, else as JSON. */
export function distinctTexts(values: readonly unknown[]): readonly string[] {
  const kinds = new Map(values.map((value) => [JSON.stringify(value) ?? 'undefined', textOf(value)]));
  const isDistinct = new Set(kinds.values()).size === kinds.size;
  return values.map((value) => (isDistinct ? textOf(value) : (JSON.stringify(value) ?? 'undefined')));
}

/** A value as a table shows it: components by their ids. */
export function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(textOf).join('+');
  if (isMapping(value)) return typeof value['use'] === 'string' ? value['use'] : JSON.stringify(value);
  if (value === null || value === undefined) return 'none';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
