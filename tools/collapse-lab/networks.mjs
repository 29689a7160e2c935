/** The networks of the lab: the quickstart's, at a width of one's own. */

export const generatorOf = (/** @type {number} */ channels) => ({
  use: 'biggan',
  channels,
  attention: [],
  latentSize: 64,
  hierarchical: true,
  sharedEmbedding: true,
  sharedSize: 32,
  initialization: 'orthogonal',
});

/** @param {number} channels @param {object} [more] - other options */
export const discriminatorOf = (channels, more = {}) => ({
  use: 'biggan',
  channels,
  attention: [],
  initialization: 'orthogonal',
  ...more,
});

export const bothOf = (/** @type {number} */ channels) => ({
  generator: generatorOf(channels),
  discriminator: discriminatorOf(channels),
});
