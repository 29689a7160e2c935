/** What the error codes of this package mean and what to do; docs/errors.md is made from it. */
export const errorCodes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  BAD_FEATURE_SHAPE: {
    meaning: 'Features have another shape than count times size',
    remedy: 'Mend the extractor',
  },
  BAD_FEATURE_SUMMARY: {
    meaning: 'A cached reference is damaged or of another version',
    remedy: 'Delete it; it is computed anew',
  },
  CLASS_TOO_SMALL: {
    meaning: 'A class has fewer than two images',
    remedy: 'Give more images of it, or leave it out of both sets',
  },
  FEATURE_PART_MISSING: {
    meaning: 'A metric needs labels, logits or features that are not given',
    remedy: 'Take an extractor or images that give them',
  },
  FEATURE_SIZES_DIFFER: {
    meaning: 'Two sets have features of different extractors',
    remedy: 'Compute the reference anew',
  },
  NON_FINITE_FEATURE: { meaning: 'A feature is NaN or infinite', remedy: 'Look at the image of that row' },
  NOT_CONVERGED: {
    meaning: 'An eigenvalue computation did not converge',
    remedy: 'Look at the scale of the features',
  },
  ONE_CLASS: { meaning: 'A metric over classes got a single one', remedy: 'Take the metric over all images' },
  SINGULAR_GAUSSIAN: {
    meaning: 'Features have no Gaussian with a density: some do not vary, or there are too few images',
    remedy: 'Raise the regularization',
  },
};
