import {
  GanymedeError,
  pluginApiVersion,
  type OptionProblem,
  type Plugin,
  type SlotName,
  type WeightRequest,
} from '@ganymede/core';
import { inspect } from 'node:util';
import { nearest } from './nearest.js';

/** Messages of this package; those of measurements and of weights from elsewhere lie beside these. */

const show = (value: unknown): string => {
  if (value === undefined) return 'nothing';
  const text =
    typeof value === 'object' || typeof value === 'string' ? JSON.stringify(value) : inspect(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
};

export const didYouMean = (name: string, known: Iterable<string>): string => {
  const close = nearest(name, known);
  return close === null ? '' : `Did you mean ${close}? `;
};

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/* ------------------------------------------------------------------ plugins and components */

export function pluginVersionMismatch(plugin: Plugin): GanymedeError {
  return new GanymedeError(
    'PLUGIN_API_VERSION',
    `plugin ${plugin.name}: expected apiVersion ${pluginApiVersion}, got ${show(plugin.apiVersion)}`,
    {
      kind: 'failed',
      hint:
        plugin.apiVersion > pluginApiVersion
          ? 'Update @ganymede/toolkit, or install an older version of the plugin.'
          : 'Install a newer version of the plugin.',
    },
  );
}

export function notAPlugin(where: string, exported: readonly string[]): GanymedeError {
  return new GanymedeError(
    'BAD_PLUGIN',
    `plugin ${where}: expected an export named plugin, made by definePlugin, got ${exported.length > 0 ? exported.join(', ') : 'no exports'}`,
    {
      kind: 'failed',
      hint: 'exports.plugin = definePlugin({ apiVersion: 1, name, register(container) { ... } })',
    },
  );
}

export function pluginNotFound(name: string, folders: readonly string[]): GanymedeError {
  return new GanymedeError(
    'PLUGIN_NOT_FOUND',
    `plugin ${name}: expected it to be found from ${folders.join(' or ')}, got nothing there`,
    { kind: 'missing', hint: `Type: npm install ${name}. A path starts with ./ or /.` },
  );
}

export function pluginFailed(where: string, cause: unknown): GanymedeError {
  return new GanymedeError('PLUGIN_FAILED', `plugin ${where}: it failed to load: ${messageOf(cause)}`, {
    kind: 'failed',
    cause,
  });
}

export function duplicateComponent(
  slot: SlotName,
  id: string,
  holder: string,
  newcomer: string,
): GanymedeError {
  return new GanymedeError(
    'DUPLICATE_COMPONENT',
    `${slot} ${id}: expected one plugin to add it, got ${holder} and ${newcomer}`,
    {
      kind: 'failed',
      hint: `Give it another id in ${newcomer}, or register it there with replace instead of add.`,
    },
  );
}

export function nothingToReplace(
  slot: SlotName,
  id: string,
  plugin: string,
  known: readonly string[],
): GanymedeError {
  return new GanymedeError(
    'UNKNOWN_COMPONENT',
    `plugin ${plugin}: expected a ${slot} ${id} to replace, got ${known.length > 0 ? known.join(', ') : 'none'}`,
    { kind: 'usage', hint: `${didYouMean(id, known)}A component that is new is registered with add.` },
  );
}

export function unknownComponent(
  path: string,
  slot: SlotName,
  id: string,
  known: readonly string[],
): GanymedeError {
  return new GanymedeError(
    'UNKNOWN_COMPONENT',
    `${path}: expected a ${slot} of ${known.length > 0 ? known.join(', ') : '(none is registered)'}, got ${id}`,
    {
      kind: 'usage',
      hint: `${didYouMean(id, known)}\`ganymede components ${slot}\` lists them; a plugin may add others.`,
    },
  );
}

export function unknownSlot(slot: string, known: readonly string[]): GanymedeError {
  return new GanymedeError('UNKNOWN_SLOT', `slot: expected one of ${known.join(', ')}, got ${slot}`, {
    kind: 'usage',
    hint: didYouMean(slot, known).trim() || 'Without a slot, all components are listed.',
  });
}

/* ------------------------------------------------------------------ parts of a run */

export function unknownPart(name: string, asker: string | null, known: readonly string[]): GanymedeError {
  return new GanymedeError(
    'UNKNOWN_PART',
    `${asker === null ? 'run' : asker}: expected a part of ${known.join(', ')}, got ${name}`,
    { kind: 'usage', hint: `${didYouMean(name, known)}\`runParts\` of @ganymede/toolkit has the tokens.` },
  );
}

export function partCycle(path: readonly string[]): GanymedeError {
  return new GanymedeError(
    'PART_CYCLE',
    `parts: expected each to be made without itself, got ${path.join(' needs ')}`,
    { kind: 'usage', hint: 'A plugin replaces or wraps one of them and asks for what needs it.' },
  );
}

export function scopeClosed(name: string): GanymedeError {
  return new GanymedeError('RUN_CLOSED', `${name}: expected an open run, got one that was closed`, {
    kind: 'failed',
  });
}

/* ------------------------------------------------------------------ options and configs */

/** One thing that is wrong in a config, in words. */
export function badOptions(problems: readonly OptionProblem[]): GanymedeError {
  const lines = problems.map(({ path, expected, got }) => `${path}: expected ${expected}, got ${got}`);
  const hints = [...new Set(problems.flatMap(({ hint }) => (hint === undefined ? [] : [hint])))];
  return new GanymedeError('BAD_OPTION', lines.join('\n'), {
    kind: 'usage',
    ...(hints.length > 0 && { hint: hints.join(' ') }),
  });
}

export function unknownOption(parent: string, name: string, known: readonly string[]): OptionProblem {
  const close = nearest(name, known);
  return {
    path: parent === '' ? name : `${parent}.${name}`,
    expected: known.length > 0 ? `an option of ${known.join(', ')}` : 'no options',
    got: name,
    ...(close !== null && { hint: `Did you mean ${close}?` }),
  };
}

export function wrongValue(path: string, expected: string, value: unknown): OptionProblem {
  return { path, expected, got: show(value) };
}

export function unknownPreset(id: string, known: readonly string[]): GanymedeError {
  return new GanymedeError('UNKNOWN_PRESET', `preset: expected one of ${known.join(', ')}, got ${id}`, {
    kind: 'usage',
    hint: `${didYouMean(id, known)}A config file of your own is named with --config.`,
  });
}

/** @param problem - what the file is or has, `does not exist` for none */
export function configNotRead(path: string, problem: string): GanymedeError {
  const hint =
    'Name a YAML or JSON file. `ganymede config show --preset quickstart` prints one to start from.';
  const message = `config: expected a file, got ${path}, which ${problem}`;
  return problem.startsWith('does not exist')
    ? new GanymedeError('CONFIG_NOT_FOUND', message, { kind: 'missing', hint })
    : new GanymedeError('CANNOT_READ', message, { kind: 'data', hint });
}

export function badConfig(where: string, expected: string, got: string): GanymedeError {
  return new GanymedeError('BAD_CONFIG', `${where}: expected ${expected}, got ${got}`, { kind: 'usage' });
}

export function badAssignment(text: string, expected: string, got: string): GanymedeError {
  return new GanymedeError('BAD_OPTION', `--set ${text}: expected ${expected}, got ${got}`, {
    kind: 'usage',
    hint: 'Write --set generator.channels=64; a value is YAML: 1e-4, true, [32, 64], { use: wasm }.',
  });
}

export function bfloat16NeedsTensorFlow(backend: string): OptionProblem {
  return {
    path: 'precision',
    expected: `float32 with backend ${backend}`,
    got: 'bfloat16',
    hint: 'Set backend to tensorflow, or precision to float32.',
  };
}

export function badRunConfig(path: string, got: string, cause?: unknown): GanymedeError {
  return new GanymedeError('RUN_CONFIG_DAMAGED', `${path}: expected the config of a run, got ${got}`, {
    kind: 'data',
    hint: 'The file was written by the toolkit; restore it from a copy.',
    cause,
  });
}

/* ------------------------------------------------------------------ runs and their checkpoints */

/** @param checkpoint - the step of the newest checkpoint that is healthy as far as is known */
export function runStopped(evidence: string, checkpoint: number | null): GanymedeError {
  const kept =
    checkpoint === null ? 'There is no checkpoint yet.' : `The checkpoint of step ${checkpoint} is healthy.`;
  return new GanymedeError('RUN_STOPPED', `a stabilizer stopped the run: ${evidence}`, {
    kind: 'stopped',
    hint: `${kept} Lower the learning rates, add a regularizer such as r1, or let collapse-guard roll back.`,
  });
}

export function noCheckpoint(run: string, damaged: number): GanymedeError {
  return new GanymedeError(
    'NO_CHECKPOINT',
    `${run}: expected a whole checkpoint, got ${damaged === 0 ? 'none' : `${damaged} damaged`}`,
    {
      kind: 'missing',
      hint: 'Train the run for longer: the first checkpoint comes after `checkpoint.every` steps, or when it ends.',
    },
  );
}

export function noBestCheckpoint(run: string): GanymedeError {
  return new GanymedeError('NO_BEST_CHECKPOINT', `${run}: expected a best checkpoint, got none`, {
    kind: 'missing',
    hint: 'A run that is trained with `evaluate.every` keeps its best; take `latest` or a step.',
  });
}

/* ------------------------------------------------------------------ weights of extractors */

const checksumOf = ({ sha256 }: WeightRequest): string =>
  sha256 === undefined ? '' : ` Its SHA-256 ${sha256.length === 64 ? 'is' : 'begins with'} ${sha256}.`;

export function weightsMissing(request: WeightRequest, path: string): GanymedeError {
  // Weights with a checksum are somebody's published ones.
  const instead =
    request.sha256 === undefined
      ? ''
      : ' Or measure with an extractor of your own images: `ganymede data extractor train`, then choose `trained-classifier` with the weights that it wrote.';
  return new GanymedeError('WEIGHTS_NOT_FOUND', `${request.what}: expected weights in ${path}, got no file`, {
    kind: 'missing',
    hint: `Put ${request.file} there, or say where it is with the option \`weights\`. It comes from ${request.origin}.${checksumOf(request)}${instead}`,
  });
}

export function weightsChecksum(request: WeightRequest, path: string, got: string): GanymedeError {
  return new GanymedeError(
    'WEIGHTS_CHECKSUM',
    `${request.what}: expected ${path} with SHA-256 ${request.sha256 ?? ''}, got ${got}`,
    {
      kind: 'data',
      hint: `The file is damaged or another: fetch it again from ${request.origin}. To measure with other weights, name them with the option \`weights\`; the manifest then says so.`,
    },
  );
}

/* ------------------------------------------------------------------ images and arrays */

export function imagesDoNotFit(what: string, expected: string, got: string): GanymedeError {
  return new GanymedeError('BAD_IMAGES', `${what}: expected ${expected}, got ${got}`, { kind: 'data' });
}

export function arraysTooLarge(path: string, bytes: number): GanymedeError {
  return new GanymedeError(
    'FILE_TOO_LARGE',
    `${path}: expected less than 4 GiB in an npz file, got ${(bytes / 2 ** 30).toFixed(1)} GiB`,
    { kind: 'failed', hint: 'Write safetensors instead, or fewer images a file.' },
  );
}

export function tooFewForPath(what: string, least: number, got: number): GanymedeError {
  return new GanymedeError(
    'BAD_COUNT',
    `interpolate: expected ${least} ${what} or more, and a whole number, got ${got}`,
    { kind: 'usage' },
  );
}

export function badFormat(out: string, format: string, formats: readonly string[]): GanymedeError {
  return new GanymedeError('BAD_FORMAT', `${out}: expected format ${format}, got ${formats.join(', ')}`, {
    kind: 'usage',
    hint: 'Name a folder for several formats, or for a PNG a sample.',
  });
}

/* ------------------------------------------------------------------ sweeps */

export function badSweep(where: string, expected: string, got: string, hint?: string): GanymedeError {
  return new GanymedeError('BAD_SWEEP', `${where}: expected ${expected}, got ${got}`, {
    kind: 'usage',
    ...(hint !== undefined && { hint }),
  });
}

export function badAxis(text: string, got: string): GanymedeError {
  return new GanymedeError('BAD_SWEEP', `--grid ${text}: expected key=value,value, got ${got}`, {
    kind: 'usage',
    hint: "For example --grid batchSize=16,64 or --grid 'regularizers=[],[{ use: r1 }]'.",
  });
}

/** Missing weights of an extractor that nobody chose: other ways to go on. */
export function cannotMeasure(missing: GanymedeError): GanymedeError {
  return new GanymedeError(missing.code, missing.message, {
    kind: missing.kind,
    hint: `${missing.hint ?? ''} Or train an extractor of your own, \`ganymede data extractor train\`, and name it with --extractor and --weights; --no-measure trains without numbers.`.trim(),
    cause: missing,
  });
}

/** What is wrong with cells of a sweep, as one error with the code of the first. */
export function cellsFailed(
  failures: readonly { readonly cell: string; readonly error: GanymedeError }[],
): GanymedeError {
  const lines = failures.map(({ cell, error }) => {
    const { message } = error;
    return message.startsWith(`cell ${cell}`) ? message : `cell ${cell}: ${message.replaceAll('\n', '\n  ')}`;
  });
  const hints = [...new Set(failures.flatMap(({ error }) => error.hint ?? []))];
  const { error } = failures[0]!;
  return new GanymedeError(error.code, lines.join('\n'), {
    kind: error.kind,
    ...(hints.length > 0 && { hint: hints.join(' ') }),
    cause: error,
  });
}

export function sweepRunDiffers(
  runFolder: string,
  differing: readonly { readonly path: string; readonly before: unknown; readonly after: unknown }[],
): GanymedeError {
  const lines = differing.map(
    ({ path, before, after }) => `${path}: expected ${show(before)}, got ${show(after)}`,
  );
  return new GanymedeError(
    'RUN_CONFIG_DIFFERS',
    `${runFolder}: the run was started with another config\n${lines.join('\n')}`,
    { kind: 'usage', hint: 'Give the sweep another --name, or remove the folders of these runs.' },
  );
}

export function damagedRecord(path: string, cause: unknown): GanymedeError {
  return new GanymedeError('SWEEP_RECORD_DAMAGED', `${path}: expected a record of a run, got another file`, {
    kind: 'data',
    hint: 'Remove it: the run is gone on with, and measured again.',
    cause,
  });
}

/* ------------------------------------------------------------------ analysis */

export function damagedAnalysis(path: string, expected: string, got: string): GanymedeError {
  return new GanymedeError('ANALYSIS_DAMAGED', `${path}: expected ${expected}, got ${got}`, {
    kind: 'data',
    hint: 'Delete the file, or make the analysis again with `ganymede analyze`.',
  });
}

export function badAnalysisCount(what: string, expected: string, got: number): GanymedeError {
  return new GanymedeError('BAD_COUNT', `${what}: expected ${expected}, got ${got}`, { kind: 'usage' });
}

export function noDiscriminatorToShow(run: string): GanymedeError {
  return new GanymedeError('NO_DISCRIMINATOR', `${run}: expected a discriminator to ask, got none`, {
    kind: 'missing',
    hint: 'The run was imported from a generator alone.',
  });
}

export function latentInputsUnknown(use: string): GanymedeError {
  return new GanymedeError(
    'LATENT_INPUTS_UNKNOWN',
    `generator ${use}: expected latentInputs, which say where z enters, got none`,
    {
      kind: 'failed',
      hint: 'A generator of a plugin lists them: the weights that z is multiplied with, and which of their rows.',
    },
  );
}

export function unknownPlace(name: string, known: readonly string[]): GanymedeError {
  return new GanymedeError('BAD_ARGUMENTS', `places: expected some of ${known.join(', ')}, got ${name}`, {
    kind: 'usage',
    hint: didYouMean(name, known).trim() || 'They are where z enters the generator.',
  });
}

export function featuresNotDifferentiable(extractor: string): GanymedeError {
  return new GanymedeError(
    'FEATURES_NOT_DIFFERENTIABLE',
    `${extractor}: expected features that change with the image, got a gradient of zero`,
    {
      kind: 'failed',
      hint: 'It rounds pixels although `unrounded` is asked of it: take another extractor, or none.',
    },
  );
}

export function latentsDoNotFit(path: string, expected: string, got: string): GanymedeError {
  return new GanymedeError('LATENTS_DO_NOT_FIT', `${path}: expected ${expected}, got ${got}`, {
    kind: 'data',
    hint: 'Latents belong to the generator that they were found for: `ganymede analyze project` writes them.',
  });
}

export function badTarget(path: string, reason: string): GanymedeError {
  return new GanymedeError('DATASET_BAD_IMAGE', `${path}: expected an image, got a file that ${reason}`, {
    kind: 'data',
    hint: 'Repair the file, or leave it out.',
  });
}

/** @param kept - the fingerprint of a checkpoint; older ones are of names and sizes alone */
export function dataMismatch(
  name: string,
  kept: string,
  { name: gotName, fingerprint }: { readonly name: string; readonly fingerprint: string },
): GanymedeError {
  return new GanymedeError(
    'DATA_MISMATCH',
    `resume: expected the data of the run (${name}, ${kept.slice(0, 12)}), got other images (${gotName}, ${fingerprint.slice(0, 12)})`,
    {
      kind: 'data',
      hint: 'Files were added, removed or changed since the run began; where they lie does not matter. Put them back, or start a new run.',
    },
  );
}
