import { GanymedeError, type Caution } from '@ganymede/core';
import { show } from '@ganymede/config';

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

/** An evaluation whose file could not be written; its numbers are told all the same. */
export function notMeasured({
  numbers,
  cautions,
}: {
  readonly numbers: Readonly<Record<string, number>>;
  readonly cautions: readonly Caution[];
}): GanymedeError {
  const values = Object.entries(numbers).map(([name, value]) => `${name} ${value}`);
  const why = cautions.find(({ code }) => code === 'not-kept')?.text ?? 'it was not written';
  return new GanymedeError(
    'CANNOT_WRITE',
    `expected the evaluation to be kept, got ${values.join(', ')}; ${why}`,
    {
      kind: 'failed',
      hint: 'Make room or give permission, and start the sweep again: it does not repeat training, only measures the trained runs.',
    },
  );
}
