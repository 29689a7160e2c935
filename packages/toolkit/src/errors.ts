import { GanymedeError, pluginApiVersion, type Plugin, type SlotName } from '@ganymede/core';
import { inspect } from 'node:util';
import { nearest } from './nearest.js';

/** Every message of this package. */

const show = (value: unknown): string => {
  if (value === undefined) return 'nothing';
  const text =
    typeof value === 'object' || typeof value === 'string' ? JSON.stringify(value) : inspect(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
};

const didYouMean = (name: string, known: Iterable<string>): string => {
  const close = nearest(name, known);
  return close === null ? '' : `Did you mean ${close}? `;
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/* ------------------------------------------------------------------ plugins and components */

export function pluginVersionMismatch(plugin: Plugin): GanymedeError {
  return new GanymedeError(
    'PLUGIN_API_VERSION',
    `plugin ${plugin.name}: expected apiVersion ${pluginApiVersion}, got ${show(plugin.apiVersion)}`,
    {
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
    { hint: 'exports.plugin = definePlugin({ apiVersion: 1, name, register(container) { ... } })' },
  );
}

export function pluginNotFound(name: string, folders: readonly string[]): GanymedeError {
  return new GanymedeError(
    'PLUGIN_NOT_FOUND',
    `plugin ${name}: expected it to be found from ${folders.join(' or ')}, got nothing there`,
    { hint: `Type: npm install ${name}. A path starts with ./ or /.` },
  );
}

export function pluginFailed(where: string, cause: unknown): GanymedeError {
  return new GanymedeError('PLUGIN_FAILED', `plugin ${where}: it failed to load: ${messageOf(cause)}`, {
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
    { hint: `Give it another id in ${newcomer}, or register it there with replace instead of add.` },
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
    { hint: `${didYouMean(id, known)}A component that is new is registered with add.` },
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
    { hint: `${didYouMean(id, known)}\`ganymede components ${slot}\` lists them; a plugin may add others.` },
  );
}

export function unknownSlot(slot: string, known: readonly string[]): GanymedeError {
  return new GanymedeError('UNKNOWN_SLOT', `slot: expected one of ${known.join(', ')}, got ${slot}`, {
    hint: didYouMean(slot, known).trim() || 'Without a slot, all components are listed.',
  });
}

/* ------------------------------------------------------------------ options and configs */

/** One thing that is wrong in a config, in words. */
export interface OptionProblem {
  readonly path: string;
  readonly expected: string;
  readonly got: string;
  readonly hint?: string;
}

export function badOptions(problems: readonly OptionProblem[]): GanymedeError {
  const lines = problems.map(({ path, expected, got }) => `${path}: expected ${expected}, got ${got}`);
  const hints = [...new Set(problems.flatMap(({ hint }) => (hint === undefined ? [] : [hint])))];
  return new GanymedeError('BAD_OPTION', lines.join('\n'), hints.length > 0 ? { hint: hints.join(' ') } : {});
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
    hint: `${didYouMean(id, known)}A config file of your own is named with --config.`,
  });
}

export function configNotFound(path: string, cause: unknown): GanymedeError {
  return new GanymedeError('CONFIG_NOT_FOUND', `config: expected a file, got ${path}: ${messageOf(cause)}`, {
    hint: 'Name a YAML or JSON file. `ganymede config show --preset quickstart` prints one to start from.',
    cause,
  });
}

export function badConfig(where: string, expected: string, got: string): GanymedeError {
  return new GanymedeError('BAD_CONFIG', `${where}: expected ${expected}, got ${got}`);
}

export function badAssignment(text: string, expected: string, got: string): GanymedeError {
  return new GanymedeError('BAD_OPTION', `--set ${text}: expected ${expected}, got ${got}`, {
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
  return new GanymedeError('BAD_RUN_CONFIG', `${path}: expected the config of a run, got ${got}`, {
    hint: 'The file was written by the toolkit; restore it from a copy.',
    cause,
  });
}

/* ------------------------------------------------------------------ images and arrays */

export function imagesDoNotFit(what: string, expected: string, got: string): GanymedeError {
  return new GanymedeError('BAD_IMAGES', `${what}: expected ${expected}, got ${got}`);
}

export function arraysTooLarge(path: string, bytes: number): GanymedeError {
  return new GanymedeError(
    'FILE_TOO_LARGE',
    `${path}: expected less than 4 GiB in an npz file, got ${(bytes / 2 ** 30).toFixed(1)} GiB`,
    { hint: 'Write safetensors instead, or fewer images a file.' },
  );
}

export function badFormat(out: string, format: string, formats: readonly string[]): GanymedeError {
  return new GanymedeError('BAD_FORMAT', `${out}: expected format ${format}, got ${formats.join(', ')}`, {
    hint: 'Name a folder for several formats, or for a PNG a sample.',
  });
}
