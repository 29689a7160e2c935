import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { expectWritable, writeFileSafely } from '@ganymede/files';
import { bench, planOf, type BenchReport, type PlanReport } from '@ganymede/bench';
import { absolute, isPath, resolveConfig, type ConfigDocument, type LoadedConfig } from '@ganymede/config';
import {
  isGanymedeError,
  type ComponentChoice,
  type Plugin,
  type PluginHost,
  type Resolution,
} from '@ganymede/core';
import { parseDocument } from 'yaml';
import { badHours, configExists } from './errors.js';
import { surveyMachine, type MachineFacts } from './machine-facts.js';
import { applyRules } from './rules/rules.js';
import { chooseBase } from './rules/base-recipe.js';
import { chooseResolution } from './rules/resolution.js';
import { dataWarnings } from './rules/warnings.js';
import { hints } from './rules/hints.js';
import { smallerPart } from './rules/smaller-part.js';
import type { Choice, MeasuredRecipe, Situation, Wishes } from './rules/choice.js';
import type { DataFacts } from './survey/data-facts.js';
import { surveyData } from './survey/survey-data.js';
import { nestedDocument } from './nested-document.js';
import { configText } from './write-config.js';

export interface RecommendOptions extends Partial<Wishes> {
  readonly data: ComponentChoice;
  /** The file that the config is written to; nothing is written where it is absent. */
  readonly out?: string;
  /** Time a few steps of the recipe; true by default. */
  readonly measure?: boolean;
  readonly plugins?: readonly Plugin[];
  /** What the config calls them: names of packages, or paths. */
  readonly pluginNames?: readonly string[];
  /** What is known of the machine besides: devices that no engine uses. */
  readonly machineNotes?: readonly string[];
  /** For decoded images; the user's by default. */
  readonly cacheFolder?: string;
  readonly onEvent?: (text: string) => void;
}

export interface Recommendation {
  readonly data: DataFacts;
  readonly machine: MachineFacts;
  readonly choices: readonly Choice[];
  readonly warnings: readonly string[];
  /** Commands to go on with. */
  readonly hints: readonly string[];
  /** The config as YAML, with the reasons. */
  readonly text: string;
  /** Where it was written; null where it was not. */
  readonly out: string | null;
  /** What the run will take; null where nothing was timed. */
  readonly plan: PlanReport | null;
}

const mostTries = 4;

/**
 * Looks at images and at this machine, and puts a config together with the reason for each value. The config that is returned
 * was resolved as `train` resolves it.
 * @throws CONFIG_EXISTS, CANNOT_WRITE, DISK_FULL, BAD_ADVICE_OPTION, what the data throws, and what a config throws that the
 * wishes make impossible
 */
export async function recommend(host: PluginHost, options: RecommendOptions): Promise<Recommendation> {
  const { data: choice, out = null, measure = true, plugins = [], pluginNames = [] } = options;
  const { machineNotes = [] } = options;
  const { onEvent = () => undefined, hours = 24, backend = { use: 'auto' }, cacheFolder } = options;
  if (!(hours > 0)) throw badHours(hours);
  if (out !== null) {
    if (existsSync(out)) throw configExists(out);
    await expectWritable(out);
  }
  const wishes: Wishes = { ...options, hours, backend };
  const components = await host.open({ plugins });
  onEvent('looking at the images');
  const data = await surveyData(components, choice, {
    ...(cacheFolder !== undefined && { cacheFolder }),
    onProgress: (done, total) => onEvent(`decoding images: ${done} of ${total}`),
  });
  const machine = await surveyMachine(components, backend, machineNotes);
  const preset =
    wishes.preset === undefined ? null : await presetResolution(host, wishes.preset, choice, plugins);
  const resolution = chooseResolution(data, machine, {
    ...(preset === null ? {} : { resolution: preset }),
    ...(wishes.resolution !== undefined && { resolution: wishes.resolution }),
  });
  const base = chooseBase(resolution.value, machine, wishes);
  const fixed: readonly Choice[] = [
    base,
    { path: 'data', value: choice, basis: 'asked for', reason: describeData(data) },
    ...(backend.use === 'auto' && Object.keys(backend).length === 1
      ? []
      : [{ path: 'backend', value: backend, basis: 'asked for', reason: 'as asked for' } as const]),
    ...(pluginNames.length === 0
      ? []
      : [
          {
            path: 'plugins',
            value: pluginNames.map(lasting),
            basis: 'asked for',
            reason: 'as asked for',
          } as const,
        ]),
    resolution,
  ];
  const { config: baseConfig } = await resolveConfig(host, { document: nestedDocument(fixed), plugins });
  const situation: Omit<Situation, 'steps'> = {
    data,
    machine,
    wishes,
    base: baseConfig,
    resolution: resolution.value,
    measured: null,
  };
  const choose = (measured: MeasuredRecipe | null): readonly Choice[] => [
    ...fixed,
    ...applyRules({ ...situation, measured }),
  ];
  const resolve = (choices: readonly Choice[]): Promise<LoadedConfig> =>
    resolveConfig(host, { document: nestedDocument(choices), plugins });
  const timed = measure ? await time(host, await resolve(choose(null)), plugins, onEvent) : null;
  const choices = choose(timed && measuredOf(timed));
  const text = configText(choices, heading(data, timed && (await resolve(choices)), timed));
  // What is told is what the file says: the file is what is checked.
  const { config } = await resolveConfig(host, {
    document: parseDocument(text).toJS() as ConfigDocument,
    plugins,
  });
  if (out !== null) await writeFileSafely(out, text);
  return {
    data,
    machine,
    choices,
    warnings: dataWarnings(data),
    hints: hints(data, machine, out === null ? '<file>' : relative('.', out), resolution.value, base.value),
    text,
    out,
    plan: timed && planOf(config, timed),
  };
}

/** The file may lie in another folder than where a path was typed. */
const lasting = (name: string): string => (isPath(name) ? absolute(name, process.cwd()) : name);

const measuredOf = ({ stepSeconds, peakMemoryBytes, batchSize }: BenchReport): MeasuredRecipe => ({
  stepSeconds,
  peakMemoryBytes,
  batchSize,
});

/** A preset that was asked for knows its resolution. */
async function presetResolution(
  host: PluginHost,
  preset: string,
  data: ComponentChoice,
  plugins: readonly Plugin[],
): Promise<Resolution> {
  return (await resolveConfig(host, { preset, document: { data }, plugins })).config.resolution;
}

/** Times the recipe; where a device's memory does not hold a micro-batch, a smaller one more often. */
async function time(
  host: PluginHost,
  { config: whole }: LoadedConfig,
  plugins: readonly Plugin[],
  onEvent: (text: string) => void,
): Promise<BenchReport> {
  let config = whole;
  for (let attempt = 1; ; attempt++) {
    try {
      return await bench(host, { config, plugins, steps: 3, onEvent });
    } catch (error) {
      const isMemory = isGanymedeError(error) && /RESOURCE_EXHAUSTED$/.test(error.code);
      if (!isMemory || attempt === mostTries || config.batchSize < 2) throw error;
      const { batchSize, accumulation } = config;
      const images = batchSize * accumulation;
      const part = smallerPart(batchSize, images);
      config = { ...config, batchSize: part, accumulation: images / part };
      onEvent(`a micro-batch of ${batchSize} does not fit: trying ${config.batchSize}`);
    }
  }
}

function describeData({ images, classes, name }: DataFacts): string {
  const counts = classes.map((one) => one.images);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const each = least === most ? `${least} each` : `${least} to ${most} each`;
  return `${name}: ${images} images of ${classes.length} ${classes.length === 1 ? 'class' : `classes, ${each}`}`;
}

function heading(data: DataFacts, loaded: LoadedConfig | null, timed: BenchReport | null): readonly string[] {
  const lines = [
    `What ganymede recommend chose for ${data.name}. Above each key: what the choice rests on, and why.`,
    'published: the literature or the reference code; measured: these images, this machine; rule: of this toolkit.',
  ];
  if (!loaded || !timed) return lines;
  const { totalSeconds, imagesPerSecond, epochs } = planOf(loaded.config, timed);
  return [
    ...lines,
    `Predicted here: ${(totalSeconds / 3600).toFixed(1)} hours, ${imagesPerSecond.toFixed(0)} images/s, every image ${epochs.toFixed(0)} times.`,
  ];
}
