import { GanymedeError, weightsOf, type Discriminator, type NamedVariables } from '@ganymede/core';

/**
 * The weights of a discriminator that training moves when its first blocks are frozen (FreezeD, arXiv:2002.10964): in
 * the order of definition, all from block `frozenBlocks` on; what comes before the blocks is frozen with them. State
 * is no weight: u vectors of frozen weights go on to converge.
 *
 * @param frozenBlocks - 0 for none
 * @throws FREEZE_TOO_MANY where the discriminator has no more blocks than that
 */
export function trainedWeights(discriminator: Discriminator, frozenBlocks: number): NamedVariables {
  const weights = weightsOf(discriminator);
  if (frozenBlocks === 0) return weights;
  const names = Object.keys(weights);
  const blocks = new Set(names.flatMap((name) => /^blocks\.(\d+)\./.exec(name)?.[1] ?? [])).size;
  const first = names.findIndex((name) => name.startsWith(`blocks.${frozenBlocks}.`));
  if (first < 0) {
    throw new GanymedeError(
      'FREEZE_TOO_MANY',
      `freeze.discriminatorBlocks: expected fewer than the ${blocks} blocks of the discriminator, got ${frozenBlocks}`,
      {
        kind: 'usage',
        hint: 'Blocks are weights named blocks.0, blocks.1 and so on; at least the last is left to train.',
      },
    );
  }
  return Object.fromEntries(Object.entries(weights).slice(first));
}
