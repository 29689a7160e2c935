import type { ComponentChoice, Components, FeatureExtractor } from '@ganymede/core';

/**
 * The feature extractor that a config names, with its weights: the only way in which the toolkit opens one. The caller
 * disposes of it.
 * @throws UNKNOWN_COMPONENT, BAD_OPTION, WEIGHTS_NOT_FOUND, and what its files throw
 */
export async function openExtractor(
  components: Pick<Components, 'resolve'>,
  choice: ComponentChoice,
): Promise<FeatureExtractor> {
  const extractor = components.resolve('featureExtractor', choice);
  try {
    await extractor.load();
  } catch (error) {
    extractor.dispose();
    throw error;
  }
  return extractor;
}
