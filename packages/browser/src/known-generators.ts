import type { ComponentDefinition, GeneratorFactory } from '@ganymede/core';
import {
  bigganDeepGenerator,
  bigganGenerator,
  dcganGenerator,
  r3ganGenerator,
  saganGenerator,
  snganGenerator,
} from '@ganymede/models';
import { pageContext } from './component-context.js';
import { generatorIncompatible } from './errors.js';

/** The networks that a page can build: those of `models`, the very source that trained them. */
const knownGenerators = [
  bigganGenerator,
  bigganDeepGenerator,
  saganGenerator,
  snganGenerator,
  r3ganGenerator,
  dcganGenerator,
] as const;

/**
 * @param where - of the config, for messages
 * @throws GENERATOR_INCOMPATIBLE for a network that is not known, or options that it does not have
 */
export function generatorFactory(
  { use, ...options }: { readonly use: string; readonly [option: string]: unknown },
  where: string,
): GeneratorFactory {
  const definition = knownGenerators.find(({ id }) => id === use) as
    ComponentDefinition<'generator'> | undefined;
  if (!definition)
    throw generatorIncompatible(
      where,
      `a generator of ${knownGenerators.map(({ id }) => id).join(', ')}`,
      use,
    );
  const parsed = definition.options.safeParse(options);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw generatorIncompatible(`${where}: ${use}`, issue!.message, `option ${issue!.path.join('.')}`);
  }
  return definition.create(parsed.data as Record<string, unknown>, pageContext);
}
