/** What the error codes of this package mean and what to do; docs/errors.md is made from it. */
export const errorCodes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  CANNOT_EXPORT_TO_WEB: {
    meaning: 'A page cannot build the network or draw the latents of a run',
    remedy: 'Export it as safetensors',
  },
  PAGES_NOT_BUILT: { meaning: 'The built pages are not there', remedy: 'Type npm run build in a clone' },
};
