import { dirname, relative, resolve } from 'node:path';
import {
  type Assignment,
  readDocument,
  isMapping,
  normalizeDocument,
  normalizeKey,
  type Mapping,
  absolute,
  choiceFrom,
  isPath,
  optionProblems,
  badConfig,
  badOptions,
} from '@ganymede/config';
import { sweepSchema, type SweepDocument, type SweepSpec } from './sweep-schema.js';

/**
 * Reads a sweep file, YAML or JSON. Its relative paths start from its folder.
 * @throws CONFIG_NOT_FOUND, BAD_CONFIG, BAD_OPTION
 */
export async function readSweep(file: string): Promise<SweepSpec> {
  const path = resolve(file);
  return parseSweep(await readDocument(path), relative('.', path), dirname(path));
}

/**
 * A sweep in its full form: checked, paths absolute. Configs of cells are not looked at yet.
 * @param where - for messages
 * @param folder - that relative paths start from
 * @throws BAD_CONFIG, BAD_OPTION
 */
export function parseSweep(document: unknown, where: string, folder: string): SweepSpec {
  if (!isMapping(document))
    throw badConfig(where, 'a sweep: a mapping', document === null ? 'nothing' : typeof document);
  const { $schema: _, ...rest } = document;
  const spelled = spelledOut(rest);
  const parsed = sweepSchema.safeParse(spelled);
  if (!parsed.success) throw badOptions(optionProblems(sweepSchema, parsed.error, spelled, ''));
  return withAbsolutePaths(parsed.data, folder);
}

/** The later one's keys win; grids, settings and ways to measure are laid over each other key by key. */
export function mergeSweeps(below: SweepDocument, above: SweepDocument): SweepDocument {
  const merged: SweepDocument = { ...below, ...above };
  if (below.set && above.set) merged.set = { ...below.set, ...above.set };
  if (below.grid && above.grid) merged.grid = { ...below.grid, ...above.grid };
  if (below.plugins && above.plugins) merged.plugins = [...below.plugins, ...above.plugins];
  if (below.evaluate && above.evaluate) merged.evaluate = { ...below.evaluate, ...above.evaluate };
  return merged;
}

/** A flag's assignment as a setting of a sweep: one key, and a value whose paths start from a folder. */
export function settingOf({ path, value }: Assignment, folder: string): Readonly<Record<string, unknown>> {
  return settingsWithPaths({ [path.join('.')]: value }, folder);
}

/** Components by their id alone become `{ use: id }` where a sweep names them itself. */
function spelledOut(document: Mapping): Mapping {
  const { evaluate } = document;
  if (!isMapping(evaluate)) return document;
  const one = (value: unknown): unknown => (typeof value === 'string' ? { use: value } : value);
  const { metrics, ...rest } = evaluate;
  const choices = Object.fromEntries(
    ['extractor', 'reference', 'truncation'].flatMap((key) =>
      key in rest ? [[key, one(rest[key])] as const] : [],
    ),
  );
  return {
    ...document,
    evaluate: {
      ...rest,
      ...choices,
      ...(metrics !== undefined && { metrics: Array.isArray(metrics) ? metrics.map(one) : metrics }),
    },
  };
}

function withAbsolutePaths(spec: SweepSpec, folder: string): SweepSpec {
  const cells = (given: SweepSpec['cells']): SweepSpec['cells'] =>
    given?.map(({ name, set }) => ({ name, set: settingsWithPaths(set, folder) }));
  const { base, grid, evaluate } = spec;
  return {
    ...spec,
    base: typeof base === 'string' ? absolute(base, folder) : normalizeDocument(base, 'base', folder),
    set: settingsWithPaths(spec.set, folder),
    plugins: spec.plugins.map((name) => (isPath(name) ? absolute(name, folder) : name)),
    ...(grid && {
      grid: Object.fromEntries(
        Object.entries(grid).map(([key, values]) => [
          key,
          values.map((value) => valueWithPaths(key, value, folder)),
        ]),
      ),
    }),
    ...(spec.cells && { cells: cells(spec.cells) }),
    ...(spec.rows && { rows: cells(spec.rows) }),
    evaluate: evaluate && {
      ...evaluate,
      ...(evaluate.extractor && { extractor: choiceFrom('featureExtractor', evaluate.extractor, folder) }),
      ...(evaluate.reference && { reference: choiceFrom('data', evaluate.reference, folder) }),
    },
  };
}

function settingsWithPaths(
  settings: Readonly<Record<string, unknown>>,
  folder: string,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [key, valueWithPaths(key, value, folder)]),
  );
}

/** Of whole keys and of single options, `data.path`; `a,b` changes several keys, none of which is a path. */
function valueWithPaths(key: string, value: unknown, folder: string): unknown {
  const [first, option, ...rest] = key.split('.');
  if (option === undefined) return normalizeKey(key, value, folder);
  if (rest.length > 0) return value;
  return choiceFrom(first!, { [option]: value }, folder)[option];
}
