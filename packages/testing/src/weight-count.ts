import { disposeNetwork, weightsOf, type LayerNode } from '@ganymede/core';

/**
 * How many numbers a network's weights have, for comparison with a published count. Disposes of the network: at full width
 * it has hundreds of megabytes.
 */
export function weightCount(network: LayerNode): number {
  const total = Object.values(weightsOf(network)).reduce((sum, weight) => sum + weight.size, 0);
  disposeNetwork(network);
  return total;
}
