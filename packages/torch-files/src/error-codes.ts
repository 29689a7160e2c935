/** What the error codes of this package mean and what to do; docs/errors.md is made from it. */
export const errorCodes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  TORCH_FILE_DAMAGED: {
    meaning: 'A file of torch.save is damaged or cut short',
    remedy: 'Copy or download it again',
  },
  TORCH_GLOBAL_REFUSED: {
    meaning: 'A pickle refers to Python code, which is never run',
    remedy: 'Save the state dict alone',
  },
  TORCH_UNSUPPORTED: {
    meaning: 'A file of torch.save holds something else than a state dict',
    remedy: 'Save the state dict alone',
  },
};
