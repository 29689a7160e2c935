import type { ComponentDefinition, GeneratorFactory } from '@ganymede/core';
import {
  bigganDeepGenerator,
  bigganGenerator,
  dcganGenerator,
  fastGanGenerator,
  r3ganGenerator,
  saganGenerator,
  snganGenerator,
} from '@ganymede/models';
import { portableGenerators, type PortableGenerator } from '@ganymede/generator-files';
import { pageContext } from './component-context.js';
import { generatorIncompatible } from './errors.js';

/** The networks that are portable: those of `models`, the very source that trained them. */
const knownGenerators = {
  biggan: bigganGenerator,
  'biggan-deep': bigganDeepGenerator,
  sagan: saganGenerator,
  sngan: snganGenerator,
  r3gan: r3ganGenerator,
  dcgan: dcganGenerator,
  fastgan: fastGanGenerator,
} satisfies Record<PortableGenerator, unknown>;

/**
 * @param where - of the config, for messages
 * @throws GENERATOR_INCOMPATIBLE for a network that is not known, or options that it does not have
 */
export function generatorFactory(
  { use, ...options }: { readonly use: string; readonly [option: string]: unknown },
  where: string,
): GeneratorFactory {
  if (!Object.hasOwn(knownGenerators, use))
    throw generatorIncompatible(where, `a generator of ${portableGenerators.join(', ')}`, use);
  const definition = knownGenerators[use as PortableGenerator] as ComponentDefinition<'generator'>;
  const parsed = definition.options.safeParse(options);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw generatorIncompatible(`${where}: ${use}`, issue!.message, `option ${issue!.path.join('.')}`);
  }
  return definition.create(parsed.data as Record<string, unknown>, pageContext);
}
