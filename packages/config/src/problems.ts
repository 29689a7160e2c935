import type { OptionProblem } from '@ganymede/core';
import { type z } from 'zod';
import { unknownOption, wrongValue } from './errors.js';

type Issue = z.core.$ZodIssue;
type Schema = z.core.$ZodType;

const dotted = (path: readonly PropertyKey[]): string => path.map(String).join('.');

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key],
    input,
  );
}

/** A schema without what wraps it: defaults, null, undefined. */
function unwrapped(schema: Schema): Schema {
  const inner = (schema._zod.def as { innerType?: Schema }).innerType;
  return inner === undefined ? schema : unwrapped(inner);
}

/** The options that an object's schema has at a path; none where the path leads to no object. */
function optionsAt(schema: Schema, path: readonly PropertyKey[]): readonly string[] {
  let current = unwrapped(schema);
  for (const key of path) {
    const def = current._zod.def as { shape?: Record<PropertyKey, Schema>; element?: Schema };
    const next = def.shape?.[key] ?? def.element;
    if (next === undefined) return [];
    current = unwrapped(next);
  }
  return Object.keys((current._zod.def as { shape?: object }).shape ?? {});
}

const bound = (issue: { readonly inclusive?: boolean | undefined }, word: string): string =>
  issue.inclusive === false ? word : `${word} or equal to`;

const typeNames: Readonly<Record<string, string>> = {
  int: 'an integer',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
  boolean: 'true or false',
};

/** What the schema wanted, in words. */
function expectedBy(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return typeNames[issue.expected] ?? `a ${issue.expected}`;
    case 'invalid_value':
      return issue.values.length === 1
        ? JSON.stringify(issue.values[0])
        : `one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
    case 'too_small':
      return issue.origin === 'array' || issue.origin === 'string'
        ? `${issue.minimum} or more ${issue.origin === 'array' ? 'items' : 'characters'}`
        : `a number ${bound(issue, 'greater than')} ${issue.minimum}`;
    case 'too_big':
      return issue.origin === 'array' || issue.origin === 'string'
        ? `at most ${issue.maximum} ${issue.origin === 'array' ? 'items' : 'characters'}`
        : `a number ${bound(issue, 'less than')} ${issue.maximum}`;
    case 'invalid_union':
      return [...new Set(issue.errors.flatMap(([first]) => (first ? [expectedBy(first)] : [])))].join(' or ');
    default:
      return issue.message.replace(/^expected /i, '');
  }
}

/**
 * Of a union the issues of the branch that was meant: the one that takes the value's own kind and complains of what is
 * in it. Where no branch takes it, the union itself.
 */
function meantBranch(issue: Issue): readonly Issue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const meant = issue.errors.filter(
    (branch) =>
      branch.length > 0 && branch.every(({ path, code }) => path.length > 0 || code === 'unrecognized_keys'),
  );
  const [only] = meant;
  if (only === undefined || meant.length > 1) return [issue];
  return only.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })).flatMap(meantBranch);
}

/**
 * What is wrong in a value that a schema refused: unknown options with the nearest known one, wrong values with
 * what was expected and what came.
 * @param root - dotted path of the value itself, e.g. `generator`; '' for a whole config
 */
export function optionProblems(
  schema: Schema,
  error: z.core.$ZodError,
  input: unknown,
  root: string,
): OptionProblem[] {
  const full = (path: readonly PropertyKey[]): string =>
    [root, dotted(path)].filter((part) => part !== '').join('.');
  return error.issues
    .flatMap(meantBranch)
    .flatMap((issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => unknownOption(full(issue.path), key, optionsAt(schema, issue.path)))
        : [wrongValue(full(issue.path), expectedBy(issue), valueAt(input, issue.path))],
    );
}
