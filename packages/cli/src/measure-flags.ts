import { Flags } from '@oclif/core';
import { GanymedeError } from '@ganymede/core';
import type { Assignment, ComponentChoice, MeasureOptions } from '@ganymede/toolkit';
import { fromHere, pathFlag } from './path-flags.js';
import { parseInteger } from './parse-number.js';

const value = (description: string, helpValue: string) => Flags.string({ description, helpValue });

/** How things are measured, the same for every command that does. */
export const measureFlags = {
  metrics: Flags.string({
    description: 'ids of metrics, separated by commas',
    helpValue: '<list>',
    multiple: true,
    multipleNonGreedy: true,
    delimiter: ',',
  }),
  extractor: value('id of a feature extractor', '<id>'),
  weights: pathFlag({ description: "file of the extractor's weights" }),
  resizer: value('how images come to the size of the extractor', '<id>'),
  precision: value('of the extractor: auto, float32 or bfloat16', '<type>'),
  seed: value('of latents, labels and subsets', '<n>'),
  backend: value('engine: auto, tensorflow, wasm, ...', '<id>'),
  set: Flags.string({
    description: 'an option of a metric or of the extractor, e.g. --set kid.subsetSize=500',
    helpValue: '<id.option=value>',
    multiple: true,
    multipleNonGreedy: true,
  }),
  bootstrap: value('resamples of the generated images for confidence intervals; none by default', '<n>'),
  cache: Flags.boolean({
    description: 'keep what metrics keep of the reference for the next time',
    default: true,
    allowNo: true,
  }),
};

interface MeasureFlagValues {
  readonly metrics?: readonly string[] | undefined;
  readonly extractor?: string | undefined;
  readonly weights?: string | undefined;
  readonly resizer?: string | undefined;
  readonly precision?: string | undefined;
  readonly seed?: string | undefined;
  readonly backend?: string | undefined;
  readonly bootstrap?: string | undefined;
  readonly set?: readonly string[] | undefined;
  readonly cache: boolean;
}

/** What is measured where no flag says it. */
export interface MeasureDefaults {
  readonly metrics: readonly ComponentChoice[];
  readonly extractor: ComponentChoice;
}

/**
 * The flags laid over the defaults. Options of `--set` go to the metric of that id, or to the extractor by its id or
 * as `extractor`.
 * @throws BAD_ARGUMENTS
 */
export function measureOptions(
  flags: MeasureFlagValues,
  defaults: MeasureDefaults,
  parseAssignment: (text: string) => Assignment,
): MeasureOptions {
  const options = new Map<string, Record<string, unknown>>();
  for (const text of flags.set ?? []) {
    const { path, value: given } = parseAssignment(text);
    const [id, ...rest] = path;
    if (id === undefined || rest.length !== 1) throw badSet(text);
    options.set(id, { ...options.get(id), [rest[0]!]: given });
  }
  const taken = new Set<string>();
  const withOptions = (choice: ComponentChoice, ...ids: readonly string[]): ComponentChoice => {
    for (const id of ids) taken.add(id);
    return ids.reduce<ComponentChoice>((laid, id) => ({ ...laid, ...options.get(id) }), choice);
  };
  const chosen = flags.metrics?.map((use) => defaults.metrics.find((one) => one.use === use) ?? { use });
  const metrics = (chosen ?? defaults.metrics).map((choice) => withOptions(choice, choice.use));
  const base =
    flags.extractor === undefined || flags.extractor === defaults.extractor.use
      ? defaults.extractor
      : { use: flags.extractor };
  const extractor: ComponentChoice = {
    ...withOptions(base, base.use, 'extractor'),
    ...(flags.weights !== undefined && { weights: flags.weights }),
    ...(flags.resizer !== undefined && { resizer: flags.resizer }),
  };
  // A path by --set starts where one by --weights does.
  const { weights } = extractor;
  const placed = typeof weights === 'string' ? { ...extractor, weights: fromHere(weights) } : extractor;
  const stray = [...options.keys()].find((id) => !taken.has(id));
  if (stray !== undefined) throw strayOption(stray, [...taken]);
  return {
    metrics,
    extractor: placed,
    cache: flags.cache,
    ...(flags.precision !== undefined && { precision: precisionOf(flags.precision) }),
    ...(flags.bootstrap !== undefined && { bootstrap: parseInteger('--bootstrap', flags.bootstrap, 2) }),
    ...(flags.seed !== undefined && { seed: parseInteger('--seed', flags.seed, 0) }),
    ...(flags.backend !== undefined && { backend: { use: flags.backend } }),
  };
}

function precisionOf(text: string): 'auto' | 'float32' | 'bfloat16' {
  if (text === 'auto' || text === 'float32' || text === 'bfloat16') return text;
  throw new GanymedeError('BAD_ARGUMENTS', `--precision: expected auto, float32 or bfloat16, got ${text}`, {
    kind: 'usage',
  });
}

const badSet = (text: string): GanymedeError =>
  new GanymedeError('BAD_ARGUMENTS', `--set ${text}: expected <id>.<option>=<value>, got another path`, {
    kind: 'usage',
    hint: 'For example --set kid.subsetSize=500 or --set extractor.resizer=clean.',
  });

const strayOption = (id: string, known: readonly string[]): GanymedeError =>
  new GanymedeError('BAD_ARGUMENTS', `--set ${id}: expected one of ${known.join(', ')}, got ${id}`, {
    kind: 'usage',
    hint: `Name the metric too: --metrics ${id}.`,
  });
