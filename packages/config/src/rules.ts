import type { OptionProblem } from '@ganymede/core';
import { bfloat16NeedsTensorFlow, wrongValue } from './errors.js';
import type { ResolvedConfig } from './schema.js';

/** What must hold between the keys of a config, or for what a schema cannot say. */
export type Rule = (config: ResolvedConfig) => readonly OptionProblem[];

/** bfloat16 is a rewrite of the compiled step; a backend without a compiler has none. */
const bfloat16HasACompiler: Rule = ({ precision, backend }) =>
  precision === 'bfloat16' && (backend.use === 'wasm' || backend.use === 'tfjs-node')
    ? [bfloat16NeedsTensorFlow(backend.use)]
    : [];

/** A run's name becomes a folder below runs/. */
const nameIsAFolderName: Rule = ({ name }) =>
  name === undefined || /^[\w][\w.-]*$/.test(name)
    ? []
    : [wrongValue('name', 'letters, digits, dots, dashes and underscores', name)];

/** The same stabilizer on the same network twice would watch, or steer, twice over. */
const stabilizersAreNamedOnce: Rule = ({ stabilizers }) => {
  const keys = stabilizers.map(({ use, network }) => JSON.stringify([use, network]));
  return stabilizers.flatMap(({ use }, i) =>
    keys.indexOf(keys[i]!) < i ? [wrongValue(`stabilizers.${i}.use`, 'each stabilizer once', use)] : [],
  );
};

/** Numbers and memory of an objective go by its name. */
const objectivesAreNamedOnce: Rule = ({ objectives }) => {
  const names = objectives.map(({ use }) => use);
  return names.flatMap((use, i) =>
    names.indexOf(use) < i ? [wrongValue(`objectives.${i}.use`, 'each objective once', use)] : [],
  );
};

/** Two profiles of one length say the same twice, and nothing could be rebuilt from them. */
const trackedLengthsDiffer: Rule = ({ posthocEma }) => {
  const lengths = posthocEma?.lengths ?? [];
  return lengths.flatMap((length, i) =>
    lengths.indexOf(length) < i
      ? [wrongValue(`posthocEma.lengths.${i}`, 'each length once', String(length))]
      : [],
  );
};

export const rules: readonly Rule[] = [
  bfloat16HasACompiler,
  nameIsAFolderName,
  stabilizersAreNamedOnce,
  objectivesAreNamedOnce,
  trackedLengthsDiffer,
];
