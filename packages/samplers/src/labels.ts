import { GanymedeError, type RandomStream } from '@ganymede/core';

function checkClasses(name: string, classes: number): void {
  if (Number.isInteger(classes) && classes > 0) return;
  throw new GanymedeError(
    'BAD_CLASS_COUNT',
    `${name}: expected a positive number of classes, got ${classes}`,
    { kind: 'failed' },
  );
}

/** Labels drawn independently and uniformly from 0..classes-1, int32 [count]. */
export function uniformLabels(count: number, classes: number, random: RandomStream): Int32Array {
  checkClasses('uniformLabels', classes);
  return random.integers(count, classes);
}

/**
 * Labels that take the classes in turn, 0, 1, ..., classes-1, 0, ..., int32 [count]: every class appears
 * floor(count / classes) or one more times. For sheets, and for metrics over balanced classes.
 * @param offset - where in the endless sequence to start, so that batches of it can be asked for one by one
 */
export function everyClass(count: number, classes: number, offset = 0): Int32Array {
  checkClasses('everyClass', classes);
  return Int32Array.from({ length: count }, (_, index) => (offset + index) % classes);
}
