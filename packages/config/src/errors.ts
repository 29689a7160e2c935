import { GanymedeError, type OptionProblem } from '@ganymede/core';
import { inspect } from 'node:util';
import { nearest } from './nearest.js';

/** Messages of this package; those of measurements and of weights from elsewhere lie beside these. */
export const show = (value: unknown): string => {
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

export function unknownSlot(slot: string, known: readonly string[]): GanymedeError {
  return new GanymedeError('UNKNOWN_SLOT', `slot: expected one of ${known.join(', ')}, got ${slot}`, {
    kind: 'usage',
    hint: didYouMean(slot, known).trim() || 'Without a slot, all components are listed.',
  });
}

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
    hint: `${didYouMean(id, known)}Name a plugin that has it with --plugin, or your own config file with --config.`,
  });
}

/** @param ids - each starts from the next, the last one from the first */
export function presetCycle(ids: readonly string[]): GanymedeError {
  return new GanymedeError(
    'BAD_PRESET',
    `preset ${ids[0]!}: expected to start from another, got ${ids.join(' over ')}`,
    { kind: 'failed', hint: 'Mend the plugins that add them.' },
  );
}

/** @param problem - what the file is or has, `does not exist` for none */
export function configNotRead(path: string, problem: string): GanymedeError {
  const hint =
    'Name a file of YAML, JSON or TypeScript. `ganymede config show --preset quickstart` prints one to start from.';
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

export function resolutionNotSaid(): OptionProblem {
  return {
    path: 'resolution',
    expected: 'the pixels a side that images are cropped and resized to',
    got: 'nothing',
    hint: 'Set it (resolution: 64 in a config, --resolution 64; [48, 64] is height and width), or start from a preset, which sets it.',
  };
}

export function badRunConfig(path: string, got: string, cause?: unknown): GanymedeError {
  return new GanymedeError('RUN_CONFIG_DAMAGED', `${path}: expected the config of a run, got ${got}`, {
    kind: 'data',
    hint: 'The file was written by the toolkit; restore it from a copy.',
    cause,
  });
}
