import * as tf from '@tensorflow/tfjs';
import { GanymedeError, type NamedVariables } from '@ganymede/core';

/** Zero variables in the shape of every weight, named `<kind>.<weight>`, for each kind. */
export function createSlots(kinds: readonly string[], weights: NamedVariables): NamedVariables {
  const slots: NamedVariables = {};
  for (const kind of kinds) {
    for (const [name, weight] of Object.entries(weights)) {
      slots[`${kind}.${name}`] = tf.tidy(() => tf.variable(tf.zeros(weight.shape), false));
    }
  }
  return slots;
}

/**
 * The weight or slot of this name.
 * @throws GanymedeError `UNKNOWN_WEIGHT` when the optimizer was not made for it
 */
export function variableOf(variables: NamedVariables, name: string): tf.Variable {
  const variable = variables[name];
  if (variable) return variable;
  throw new GanymedeError('UNKNOWN_WEIGHT', `optimizer: expected a weight it was made for, got ${name}`, {
    kind: 'failed',
    hint: 'Make a new optimizer instance when a network gains weights.',
  });
}
