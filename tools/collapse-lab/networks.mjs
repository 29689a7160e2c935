/** The networks of the lab: the quickstart's, at a width of one's own. */

export const generatorOf = (channels) => ({
  use: 'biggan',
  channels,
  attention: [],
  latentSize: 64,
  hierarchical: true,
  sharedEmbedding: true,
  sharedSize: 32,
  initialization: 'orthogonal',
});

export const discriminatorOf = (channels, more = {}) => ({
  use: 'biggan',
  channels,
  attention: [],
  initialization: 'orthogonal',
  ...more,
});

export const bothOf = (channels) => ({
  generator: generatorOf(channels),
  discriminator: discriminatorOf(channels),
});
