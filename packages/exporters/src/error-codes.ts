/** What the error codes of this package mean and what to do; docs/errors.md is made from it. */
export const errorCodes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  BAD_PACKAGE_NAME: { meaning: 'npm takes no package of that name', remedy: 'Give another with --package' },
  CANNOT_EXPORT_TO_WEB: {
    meaning:
      'What loads a generator in pages and packages cannot build the network or draw the latents of a run',
    remedy: 'Export it as safetensors',
  },
  OPTION_OF_OTHER_FORMAT: {
    meaning: 'An option of an export does nothing in the format that was asked for',
    remedy: 'Leave it out, or take a format that the message names',
  },
  PAGES_NOT_BUILT: {
    meaning: 'What the build makes for pages and packages is not there',
    remedy: 'Type npm run build in a clone',
  },
  SAVED_MODEL_BATCH_DEPENDENT: {
    meaning: 'What a SavedModel would compute depends on how many rows there are',
    remedy: 'Take such numbers out of the network, or export to another format',
  },
  SAVED_MODEL_TOO_LARGE: {
    meaning: 'A SavedModel would have more bytes than its file may have',
    remedy: 'Export to safetensors',
  },
  TRUNCATION_OF_OTHER_WEIGHTS: {
    meaning: 'A truncation was chosen with other weights than those that were asked for',
    remedy: 'Leave --ema and --no-ema out, or choose a truncation with those weights',
  },
};
