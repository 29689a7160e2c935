import * as tf from '@tensorflow/tfjs';
import { GanymedeError, type NamedVariables } from '@ganymede/core';

/** A tensor on the host. */
export interface HostTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Reads every variable, by name. */
export async function readVariables(variables: NamedVariables): Promise<Record<string, HostTensor>> {
  const host: Record<string, HostTensor> = {};
  for (const [name, variable] of Object.entries(variables)) {
    host[name] = { shape: variable.shape, data: Float32Array.from(await variable.data()) };
  }
  return host;
}

/**
 * Sets every variable from the host. All names and shapes are compared first, so that nothing is set if anything
 * does not fit.
 * @throws WEIGHTS_MISMATCH listing every difference
 */
export function assignVariables(
  what: string,
  variables: NamedVariables,
  host: Readonly<Record<string, { readonly shape: readonly number[]; readonly data: ArrayLike<number> }>>,
): void {
  const differences: string[] = [];
  for (const [name, variable] of Object.entries(variables)) {
    const value = host[name];
    if (!value) differences.push(`${name}: expected [${variable.shape.join(', ')}], got nothing`);
    else if (value.shape.join() !== variable.shape.join()) {
      differences.push(`${name}: expected [${variable.shape.join(', ')}], got [${value.shape.join(', ')}]`);
    }
  }
  for (const name of Object.keys(host)) {
    if (!variables[name])
      differences.push(`${name}: expected nothing, got [${host[name]!.shape.join(', ')}]`);
  }
  if (differences.length > 0) {
    const shown = differences.slice(0, 20).join('\n  ');
    const more = differences.length > 20 ? `\n  and ${differences.length - 20} more` : '';
    throw new GanymedeError(
      'WEIGHTS_MISMATCH',
      `${what}: the weights do not fit the network\n  ${shown}${more}`,
      {
        kind: 'data',
        hint: 'Use the configuration that the weights were trained with: classes, resolution, channels and model options.',
      },
    );
  }
  for (const [name, variable] of Object.entries(variables)) {
    const { shape, data } = host[name]!;
    tf.tidy(() => variable.assign(tf.tensor(Float32Array.from(data), [...shape])));
  }
}
