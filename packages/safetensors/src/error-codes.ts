/** What the error codes of this package mean and what to do; docs/errors.md is made from it. */
export const errorCodes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  BAD_TENSOR: { meaning: 'A tensor to be written does not hold together', remedy: 'Mend the program' },
  SAFETENSORS_DAMAGED: {
    meaning: 'A safetensors file is damaged or cut short',
    remedy: 'Copy or download it again',
  },
  SAFETENSORS_UNSUPPORTED: {
    meaning: 'A safetensors file has a dtype that is not read',
    remedy: 'Convert it where it was made',
  },
};
