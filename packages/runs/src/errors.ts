import { hasData } from '@ganymede/config';
import { GanymedeError, type ComponentChoice, type ImageShape } from '@ganymede/core';

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

export function noSuchCheckpoint(run: string, step: number, known: readonly number[]): GanymedeError {
  const shown = known.slice(-8).join(', ');
  const got = known.length === 0 ? 'none at all' : `those of ${known.length > 8 ? `..., ${shown}` : shown}`;
  return new GanymedeError('NO_CHECKPOINT', `${run}: expected a checkpoint of step ${step}, got ${got}`, {
    kind: 'missing',
    hint: 'Take one of these, or `latest`; `checkpoint.keepLast` says how many a run keeps.',
  });
}

/** @param whole - step of the newest that is not damaged */
export function latestDamaged(
  run: string,
  { step, reason }: { readonly step: number; readonly reason: string },
  whole: number,
): GanymedeError {
  return new GanymedeError(
    'CHECKPOINT_DAMAGED',
    `${run}: expected the latest checkpoint, of step ${step}, to be whole, got ${reason}`,
    {
      kind: 'data',
      hint: `The newest whole checkpoint is of step ${whole}: use --checkpoint ${whole}.`,
    },
  );
}

export function noBestCheckpoint(run: string): GanymedeError {
  return new GanymedeError('NO_BEST_CHECKPOINT', `${run}: expected a best checkpoint, got none`, {
    kind: 'missing',
    hint: 'A run that is trained with `evaluate.every` keeps its best; take `latest` or a step.',
  });
}

export function noDiscriminatorToShow(run: string): GanymedeError {
  return new GanymedeError('NO_DISCRIMINATOR', `${run}: expected a discriminator to ask, got none`, {
    kind: 'missing',
    hint: 'The run was imported from a generator alone.',
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
      hint: 'Files were added, removed or changed since the run began; their folder does not matter. Restore them, or start a new run.',
    },
  );
}

export function noDiscriminator(run: string): GanymedeError {
  return new GanymedeError(
    'NO_DISCRIMINATOR',
    `${run}: expected a discriminator to train on with, got none`,
    {
      kind: 'missing',
      hint: `The run was imported from a generator alone. To train with a new discriminator: ganymede train --init ${run} --data <images>.`,
    },
  );
}

/** The data of a run, which weights from elsewhere may have come without. @throws RUN_WITHOUT_DATA */
export function dataOfRun({
  data,
  name,
}: {
  readonly data: ComponentChoice;
  readonly name?: string | undefined;
}): ComponentChoice {
  if (hasData(data)) return data;
  throw new GanymedeError(
    'RUN_WITHOUT_DATA',
    `${name ?? 'run'}: expected the images that it was trained on, got a run that was imported without any`,
    {
      kind: 'missing',
      hint: 'Name images to measure against: evaluate --reference <images>; or import the weights with their images: ganymede import <weights> --data <images>.',
    },
  );
}

export function imagesNotFinite(first: number, count: number): GanymedeError {
  return new GanymedeError(
    'IMAGES_NOT_FINITE',
    `generator: expected images of numbers, got NaN or an infinity among images ${first} to ${first + count - 1}`,
    {
      kind: 'failed',
      hint: 'Its weights or statistics are NaN or infinite: use an earlier checkpoint, and add the stabilizer non-finite to the run.',
    },
  );
}

export function otherImages(use: string, wanted: ImageShape, got: ImageShape): GanymedeError {
  const text = ({ height, width, channels }: ImageShape): string => `${height}x${width}x${channels}`;
  return new GanymedeError(
    'DATASET_OTHER_IMAGES',
    `dataset ${use}: expected images of ${text(wanted)}, as it was asked for, got ${text(got)}`,
    {
      kind: 'failed',
      hint: 'Mend the plugin that adds it: `resolution` is a number or [height, width], which sidesOf of @ganymede/core reads.',
    },
  );
}

export function damagedSelection(path: string, got: string): GanymedeError {
  return new GanymedeError('SELECTION_DAMAGED', `${path}: expected a list of selected images, got ${got}`, {
    kind: 'data',
    hint: 'Write it anew: ganymede data select.',
  });
}

export function selectionOfOtherData(
  path: string,
  made: { readonly name: string; readonly fingerprint: string },
  { name, fingerprint }: { readonly name: string; readonly fingerprint: string },
): GanymedeError {
  return new GanymedeError(
    'SELECTION_OF_OTHER_DATA',
    `${path}: expected a list of images of ${name} (${fingerprint.slice(0, 12)}), got one of ${made.name} (${made.fingerprint.slice(0, 12)})`,
    {
      kind: 'data',
      hint: 'Write it anew with the images, resolution and channels of the run: ganymede data select.',
    },
  );
}

export function selectionWithoutClass(path: string, classes: readonly string[]): GanymedeError {
  const shown = classes.slice(0, 5).join(', ');
  const more = classes.length > 5 ? ` and ${classes.length - 5} more` : '';
  return new GanymedeError(
    'SELECTION_WITHOUT_CLASS',
    `${path}: expected images of every class that are not held out, got none of ${shown}${more}`,
    { kind: 'data', hint: 'Select within classes, keep a greater share, or hold out fewer images.' },
  );
}

export function selectionDiffers(kept: string | null, got: string | null): GanymedeError {
  const text = (hash: string | null): string => (hash === null ? 'none' : hash.slice(0, 12));
  return new GanymedeError(
    'SELECTION_DIFFERS',
    `resume: expected the selection of images that the run was trained on (${text(kept)}), got another (${text(got)})`,
    {
      kind: 'data',
      hint: "Restore the file that the config's `selection` names, or start a new run.",
    },
  );
}
