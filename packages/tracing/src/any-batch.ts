import * as tf from '@tensorflow/tfjs';

/** Values of all variables of tfjs, as they are now. */
export async function variableValues(): Promise<Map<tf.Variable, tf.TypedArray>> {
  await tf.ready();
  const values = new Map<tf.Variable, tf.TypedArray>();
  for (const variable of Object.values(tf.engine().registeredVariables))
    values.set(variable, await variable.data());
  return values;
}

/**
 * Two numbers of rows to trace a function with that takes any number: primes that divide no size of a variable, so that a
 * size that follows them is told from all others.
 */
export function tracedBatches(variables: Iterable<tf.Variable>): readonly [number, number] {
  const sizes = new Set([...variables].flatMap(({ shape }) => shape));
  const found: number[] = [];
  for (let candidate = 1009; found.length < 2; candidate += 2)
    if (isPrime(candidate) && ![...sizes].some((size) => size % candidate === 0)) found.push(candidate);
  return found as [number, number];
}

function isPrime(value: number): boolean {
  for (let divisor = 3; divisor * divisor <= value; divisor += 2) if (value % divisor === 0) return false;
  return true;
}
