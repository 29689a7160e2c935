/**
 * What a changelog says: each changeset in its own words. Packages share one version and always move together, so that a line
 * about a dependency would say nothing.
 */
module.exports = {
  getReleaseLine: async ({ summary }) => `- ${summary.trim().replaceAll('\n', '\n  ')}`,
  getDependencyReleaseLine: async () => '',
};
